extension TensorFinder {
  /// The feed-forward part of layer `index`.
  mutating func feedForwardPart(
    _ block: String, _ index: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForwardPart {
    if let experts = c.experts, index >= experts.denseLayers {
      return .mixture(try mixture(block, experts, c))
    }
    let width = c.experts?.denseLength ?? c.feedForwardLength
    var network =
      c.family.fusesGate
      ? try fusedFeedForward(block, width, c) : try feedForward(block, "", width, c)
    network.gateBias = try optionalVector(block + "ffn_gate.bias", width)
    network.upBias = try optionalVector(block + "ffn_up.bias", width)
    network.downBias = try optionalVector(block + "ffn_down.bias", c.embeddingLength)
    return .dense(network)
  }

  private mutating func mixture(
    _ block: String, _ experts: ExpertConfiguration, _ c: ModelConfiguration
  ) throws(GGUFError) -> Mixture {
    let (count, hidden, width) = (experts.count, c.feedForwardLength, c.embeddingLength)
    let router = try matrix(block + "ffn_gate_inp", count, width)
    let (gates, ups) = try gatesAndUps(block, experts, c)
    let downs = try matrices(block + "ffn_down_exps", width, hidden, count: count)
    let gateBias = try optionalFloats(block + "ffn_gate_exps.bias", [hidden, count])
    let upBias = try optionalFloats(block + "ffn_up_exps.bias", [hidden, count])
    let downBias = try optionalFloats(block + "ffn_down_exps.bias", [width, count])
    var mixture = Mixture(
      router: router, routerBias: try optionalVector(block + "ffn_gate_inp.bias", count),
      choiceBias: try optionalVector(block + "exp_probs_b.bias", count),
      networks: gates.indices.map { index in
        FeedForward(
          gate: gates[index], up: ups[index], down: downs[index],
          gateBias: gateBias.map { UnsafePointer($0 + index * hidden) },
          upBias: upBias.map { UnsafePointer($0 + index * hidden) },
          downBias: downBias.map { UnsafePointer($0 + index * width) })
      })
    if experts.sharedLength > 0 {
      mixture.networks.append(try feedForward(block, "_shexp", experts.sharedLength, c))
      if experts.gatesShared {
        mixture.sharedGate = try vector(block + "ffn_gate_inp_shexp.weight", width)
      }
    }
    return mixture
  }

  /// The experts' gates, and what these multiply, which some files have in one tensor: of each
  /// expert the rows of the gate, and then the others.
  private mutating func gatesAndUps(
    _ block: String, _ experts: ExpertConfiguration, _ c: ModelConfiguration
  ) throws(GGUFError) -> ([Matrix], [Matrix]) {
    let (count, hidden, width) = (experts.count, c.feedForwardLength, c.embeddingLength)
    guard let both = try tensor(block + "ffn_gate_up_exps.weight", [width, 2 * hidden, count])
    else {
      return (
        try matrices(block + "ffn_gate_exps", hidden, width, count: count),
        try matrices(block + "ffn_up_exps", hidden, width, count: count)
      )
    }
    let bytes = both.byteCount / (2 * count)
    let parts = (0..<2 * count).map { part in
      matrixStore.add(
        StoredMatrix(both, start: part * bytes, byteCount: bytes, rows: hidden, columns: width))
    }
    return (
      (0..<count).map { parts[2 * $0] }, (0..<count).map { parts[2 * $0 + 1] }
    )
  }

  /// A network whose matrix `ffn_up` has the rows of the gate, and then those of `up`.
  private mutating func fusedFeedForward(
    _ block: String, _ width: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForward {
    let name = block + "ffn_up.weight"
    guard let fused = try tensor(name, [c.embeddingLength, 2 * width]) else {
      throw GGUFError(path: file.path, reason: .missingTensor(name))
    }
    return FeedForward(
      gate: matrixStore.add(StoredMatrix(fused, rows: 0..<width)),
      up: matrixStore.add(StoredMatrix(fused, rows: width..<2 * width)),
      down: try matrix(block + "ffn_down", c.embeddingLength, width))
  }

  private mutating func feedForward(
    _ block: String, _ suffix: String, _ width: Int, _ c: ModelConfiguration
  ) throws(GGUFError) -> FeedForward {
    FeedForward(
      gate: try matrix(block + "ffn_gate" + suffix, width, c.embeddingLength),
      up: try matrix(block + "ffn_up" + suffix, width, c.embeddingLength),
      down: try matrix(block + "ffn_down" + suffix, c.embeddingLength, width))
  }
}
