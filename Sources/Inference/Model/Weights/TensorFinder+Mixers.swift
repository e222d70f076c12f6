extension TensorFinder {
  /// What the names of matrices end in that may have the rows of several: of queries, keys and
  /// values, or of the gate and what it multiplies.
  static let fusedNames = ["attn_qkv.weight", "ffn_up.weight", "ffn_gate_up_exps.weight"]

  /// The weights of a layer's attention.
  mutating func attention(
    _ block: String, _ c: ModelConfiguration
  ) throws(GGUFError) -> AttentionWeights {
    let inputs = try attentionInputs(block, c)
    return AttentionWeights(
      query: inputs[0].matrix, key: inputs[1].matrix, value: inputs[2].matrix,
      output: try matrix(block + "attn_output", c.embeddingLength, c.queryWidth),
      queryBias: inputs[0].bias, keyBias: inputs[1].bias, valueBias: inputs[2].bias,
      outputBias: try optionalVector(block + "attn_output.bias", c.embeddingLength),
      queryNorm: try headNorm(block + "attn_q_norm.weight", c.queryWidth, c),
      keyNorm: try headNorm(block + "attn_k_norm.weight", c.keyWidth, c),
      sinks: c.family.hasSinks ? try vector(block + "attn_sinks.weight", c.headCount) : nil)
  }

  /// The weights of a layer's latent attention.
  mutating func latentAttention(
    _ block: String, _ latent: LatentConfiguration, _ c: ModelConfiguration
  ) throws(GGUFError) -> LatentWeights {
    let (width, heads) = (c.embeddingLength, c.headCount)
    let queryRows = heads * (latent.keyWidth + c.ropeWidth)
    let query: Matrix
    var queryInput: (matrix: Matrix, norm: UnsafePointer<Float>)?
    if let rank = latent.queryRank {
      queryInput = (
        try matrix(block + "attn_q_a", rank, width),
        try vector(block + "attn_q_a_norm.weight", rank)
      )
      query = try matrix(block + "attn_q_b", queryRows, rank)
    } else {
      query = try matrix(block + "attn_q", queryRows, width)
    }
    return LatentWeights(
      queryInput: queryInput, query: query,
      input: try matrix(block + "attn_kv_a_mqa", latent.rank + c.ropeWidth, width),
      inputNorm: try vector(block + "attn_kv_a_norm.weight", latent.rank),
      keys: try matrices(block + "attn_k_b", latent.rank, latent.keyWidth, count: heads),
      values: try matrices(block + "attn_v_b", latent.valueWidth, latent.rank, count: heads),
      output: try matrix(block + "attn_output", width, heads * latent.valueWidth))
  }

  /// The weights of a layer's gated delta net.
  mutating func deltaNet(
    _ block: String, _ net: DeltaNetConfiguration, _ c: ModelConfiguration
  ) throws(GGUFError) -> DeltaNetWeights {
    let (width, heads) = (c.embeddingLength, net.valueHeadCount)
    let isFused = c.family.deltaNet?.fusesRates == true
    return DeltaNetWeights(
      inputs: try matrix(block + "attn_qkv", net.channels, width),
      gate: try matrix(block + "attn_gate", net.valueWidth, width),
      rates: isFused
        ? try matrix(block + "ssm_ba", 2 * heads, width)
        : try matrix(block + "ssm_beta", heads, width),
      decays: isFused ? nil : try matrix(block + "ssm_alpha", heads, width),
      decayBias: try vector(block + "ssm_dt.bias", heads),
      decayScale: try vector(block + "ssm_a", heads),
      convolution: try convolution(block + "ssm_conv1d.weight", net),
      norm: try vector(block + "ssm_norm.weight", net.headWidth),
      output: try matrix(block + "ssm_out", width, net.valueWidth))
  }

  /// The weights of a convolution, shape (taps, channels); files have those of a channel together.
  private mutating func convolution(
    _ name: String, _ net: DeltaNetConfiguration
  ) throws(GGUFError) -> UnsafePointer<Float> {
    guard let byChannel = try optionalFloats(name, [net.taps, net.channels]) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name))
    }
    let byTap = vectors.allocate(net.taps * net.channels)
    for channel in 0..<net.channels {
      for tap in 0..<net.taps {
        byTap[tap * net.channels + channel] = byChannel[channel * net.taps + tap]
      }
    }
    return UnsafePointer(byTap)
  }

  /// The weights of a norm of queries or keys, which are `width` wide; nil where the model has no
  /// such norm.
  private mutating func headNorm(
    _ name: String, _ width: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    switch c.family.headNorm {
    case .none: nil
    case .eachHead: try vector(name, c.headWidth)
    case .eachHeadWhereGiven: try optionalVector(name, c.headWidth)
    case .allHeads: try vector(name, width)
    }
  }

  /// Matrices and biases of queries, keys and values, in this order, which some files have in one.
  private mutating func attentionInputs(
    _ block: String, _ c: ModelConfiguration
  ) throws(GGUFError) -> [(matrix: Matrix, bias: UnsafePointer<Float>?)] {
    let queryRows = c.family.gatesAttention ? 2 * c.queryWidth : c.queryWidth
    let parts = [("attn_q", queryRows), ("attn_k", c.keyWidth), ("attn_v", c.keyWidth)]
    let rows = queryRows + 2 * c.keyWidth
    let fused = try tensor(block + "attn_qkv.weight", [c.embeddingLength, rows])
    // A bias of a gated query is in no file.
    let fusedBias =
      c.family.gatesAttention ? nil : try optionalVector(block + "attn_qkv.bias", rows)
    var inputs: [(matrix: Matrix, bias: UnsafePointer<Float>?)] = []
    var row = 0
    for (name, count) in parts {
      let matrix =
        if let fused {
          matrixStore.add(StoredMatrix(fused, rows: row..<row + count))
        } else {
          try matrix(block + name, count, c.embeddingLength)
        }
      let bias: UnsafePointer<Float>? =
        if let fusedBias {
          fusedBias + row
        } else if c.family.gatesAttention {
          nil
        } else {
          try bias(block + name + ".bias", count, c)
        }
      inputs.append((matrix, bias))
      row += count
    }
    return inputs
  }

  /// A bias of queries, keys or values: required in some families, optional in the others.
  private mutating func bias(
    _ name: String, _ count: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> UnsafePointer<Float>? {
    c.family.needsBiases ? try vector(name, count) : try optionalVector(name, count)
  }
}
