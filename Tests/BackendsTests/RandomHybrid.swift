import TestSupport

/// Small random models of the architecture `qwen35` with a vocabulary of single characters: three
/// layers with a gated delta net, and one with attention.
enum RandomHybrid {
  private static let (width, heads, keyHeads, headWidth, hidden) = (64, 4, 2, 16, 96)
  private static let (netHeads, netKeyHeads, netWidth, taps) = (4, 2, 16, 4)

  /// Characters as byte-level vocabularies spell them, two tokens that merges make, and what the
  /// chat format needs.
  private static let characters =
    (33...126).map { String(Unicode.Scalar(UInt8($0))) } + ["\u{120}", "\u{10A}"]
  private static let merged = ["\u{10A}\u{10A}", "th"]
  private static let controls = ["<|im_start|>", "<|im_end|>", "<think>", "</think>"]
  private static var tokens: [String] { characters + merged + controls }

  private static let template = """
    {%- for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}\
    {%- endfor %}{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n' }}{%- endif %}
    """

  /// The file of a model; `noise` moves its weights by so much of their reach, so that two models
  /// are alike.
  static func file(noise: Float = 0) throws -> TemporaryFile {
    var writer = GGUFWriter()
    var random = SeededGenerator(seed: 1)
    var other = SeededGenerator(seed: 2)
    writer.set("general.architecture", "qwen35")
    let numbers: [(String, Int)] = [
      ("context_length", 2048), ("embedding_length", width), ("block_count", 4),
      ("feed_forward_length", hidden), ("attention.head_count", heads),
      ("attention.head_count_kv", keyHeads), ("attention.key_length", headWidth),
      ("attention.value_length", headWidth), ("rope.dimension_count", 8),
      ("ssm.conv_kernel", taps), ("ssm.state_size", netWidth), ("ssm.group_count", netKeyHeads),
      ("ssm.time_step_rank", netHeads), ("ssm.inner_size", netHeads * netWidth),
    ]
    for (key, value) in numbers { writer.set("qwen35." + key, UInt32(value)) }
    writer.set("qwen35.attention.layer_norm_rms_epsilon", Float(1e-5))
    writer.set("tokenizer.ggml.model", "gpt2")
    writer.set("tokenizer.ggml.pre", "qwen35")
    writer.set("tokenizer.ggml.tokens", tokens)
    writer.set(
      "tokenizer.ggml.token_type",
      tokens.map { controls.contains($0) ? 3 : 1 } as [Int32])
    writer.set("tokenizer.ggml.merges", ["\u{10A} \u{10A}", "t h"])
    writer.set("tokenizer.ggml.eos_token_id", UInt32(tokens.count - 3))
    writer.set("tokenizer.chat_template", template)
    for (name, shape) in tensors {
      // Norms lie around 1, what decays of a state are multiplied with around −1.
      let centre: Float =
        shape.count > 1 || name.hasSuffix(".bias") ? 0 : name.hasSuffix("ssm_a") ? -1 : 1
      let reach: Float = name == "token_embd.weight" ? 2 : 0.25
      let values = (0..<shape.reduce(1, *)).flatMap { place -> [UInt8] in
        if name == "output.bias" { return GGUFWriter.bytes(bias(of: tokens[place]).bitPattern) }
        let own = Float.random(in: -reach...reach, using: &random)
        let moved = noise * Float.random(in: -reach...reach, using: &other)
        return GGUFWriter.bytes((centre + own + moved).bitPattern)
      }
      writer.tensor(name, type: 0, shape.reversed().map(Int64.init), values)
    }
    return try TemporaryFile(writer.bytes)
  }

  /// Steps and reasonings end sooner than by chance.
  private static func bias(of token: String) -> Float {
    token == merged[0] ? 3 : token == "</think>" ? 1 : 0
  }

  private static var tensors: [(name: String, shape: [Int])] {
    let keys = netKeyHeads * netWidth
    let values = netHeads * netWidth
    var result: [(name: String, shape: [Int])] = [
      ("token_embd.weight", [tokens.count, width]), ("output_norm.weight", [width]),
      ("output.weight", [tokens.count, width]), ("output.bias", [tokens.count]),
    ]
    for layer in 0..<4 {
      let mixer: [(String, [Int])] =
        layer == 3
        ? [
          ("attn_q.weight", [2 * heads * headWidth, width]),
          ("attn_k.weight", [keyHeads * headWidth, width]),
          ("attn_v.weight", [keyHeads * headWidth, width]),
          ("attn_output.weight", [width, heads * headWidth]), ("attn_q_norm.weight", [headWidth]),
          ("attn_k_norm.weight", [headWidth]),
        ]
        : [
          ("attn_qkv.weight", [2 * keys + values, width]), ("attn_gate.weight", [values, width]),
          ("ssm_beta.weight", [netHeads, width]), ("ssm_alpha.weight", [netHeads, width]),
          ("ssm_conv1d.weight", [2 * keys + values, taps]), ("ssm_dt.bias", [netHeads]),
          ("ssm_a", [netHeads]), ("ssm_norm.weight", [netWidth]),
          ("ssm_out.weight", [width, values]),
        ]
      let rest: [(String, [Int])] = [
        ("attn_norm.weight", [width]), ("post_attention_norm.weight", [width]),
        ("ffn_gate.weight", [hidden, width]), ("ffn_up.weight", [hidden, width]),
        ("ffn_down.weight", [width, hidden]),
      ]
      result += (mixer + rest).map { ("blk.\(layer)." + $0, $1) }
    }
    return result
  }
}
