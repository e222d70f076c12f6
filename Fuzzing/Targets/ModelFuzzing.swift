import Foundation
import Inference
import TestSupport

extension FuzzTarget {
  /// A model's file: metadata, tokenizer, template, tensors.
  static let gguf = FuzzTarget("gguf", seeds: [small(.sentencePiece), small(.byteLevel)]) { bytes in
    withFile(of: bytes) { path in
      guard let file = try? GGUFFile(path: path) else { return }
      _ = try? Model.check(file)
      guard let tokenizer = try? Tokenizer(file) else { return }
      let text = "A sum: 12 + 30 = 42.\n\n漢字 \u{1F600} <s>"
      let tokens = tokenizer.encode(text, parseSpecial: true)
      precondition(tokens.allSatisfy { (0..<tokenizer.count).contains(Int($0)) })
      _ = tokenizer.decode(tokens)
      _ = try? ChatTemplate(tokenizer).thinkingPrompt(for: [.init(.user, text)])
    }
  }

  /// A chat template.
  static let template = FuzzTarget(
    "template",
    texts: BuiltInTemplate.allCases.map(\.source) + [
      "{% for m in messages %}{{ m['content'] | trim }}{% endfor %}",
      "{% macro f(a, b=1) %}{{ a ~ b }}{% endmacro %}{{ f('x') }}{{ [1, 2][::-1] | join(',') }}",
      "{% set ns = namespace(n=0) %}{% if not x is defined %}{{ ns.n + 1 }}{% endif %}",
    ]
  ) { source in
    guard let tokenizer = smallTokenizers.last else { preconditionFailure("a seed is no model") }
    guard let template = try? ChatTemplate(.init(name: "fuzz", text: source), for: tokenizer) else {
      return
    }
    _ = try? template.thinkingPrompt(for: [
      .init(.system, "s"), .init(.user, "u"), .init(.assistant, "<think>a</think>b"),
      .init(.user, "{{ v }}"),
    ])
    _ = try? template.followUp("q")
  }

  /// The tokenizers of the two seeds.
  static let smallTokenizers: [Tokenizer] = [Family.sentencePiece, .byteLevel].compactMap {
    family in
    var tokenizer: Tokenizer?
    withFile(of: small(family)) { path in
      tokenizer = (try? GGUFFile(path: path)).flatMap { try? Tokenizer($0) }
    }
    return tokenizer
  }

  /// Gives `body` the path of a file in memory that holds `bytes`.
  private static func withFile(of bytes: [UInt8], _ body: (String) -> Void) {
    let path = "/dev/shm/specreason-fuzz-\(getpid())-\(pthread_self())"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    precondition(file >= 0 && write(file, bytes, bytes.count) == bytes.count)
    close(file)
    defer { unlink(path) }
    body(path)
  }

  private enum Family {
    case sentencePiece, byteLevel
  }

  /// A model of one narrow layer with a vocabulary of the bytes, a few pieces and the special tokens.
  private static func small(_ family: Family) -> [UInt8] {
    var file = GGUFWriter()
    file.set("general.architecture", "llama")
    for (key, value) in [
      ("context_length", 64), ("embedding_length", 32), ("block_count", 1),
      ("feed_forward_length", 32), ("attention.head_count", 2), ("attention.head_count_kv", 1),
    ] as [(String, UInt32)] {
      file.set("llama." + key, value)
    }
    file.set("llama.attention.layer_norm_rms_epsilon", Float(1e-5))
    file.set("tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{% endfor %}")
    var tokens = ["<unk>", "<s>", "</s>"]
    var kinds: [Int32] = [2, 3, 3]
    switch family {
    case .sentencePiece:
      file.set("tokenizer.ggml.model", "llama")
      tokens += (0..<256).map { String(format: "<0x%02X>", $0) } + ["a", "b", "ab", "\u{2581}"]
      kinds += Array(repeating: 6, count: 256) + Array(repeating: 1, count: 4)
      file.rawPair(
        Array("tokenizer.ggml.scores".utf8), type: 9,
        bytes(UInt32(6)) + bytes(UInt64(tokens.count))
          + tokens.indices.flatMap { bytes(Float(-$0).bitPattern) })
    case .byteLevel:
      file.set("tokenizer.ggml.model", "gpt2")
      file.set("tokenizer.ggml.pre", "qwen2")
      let printable = (33...126).map { $0 } + (161...172).map { $0 } + (174...255).map { $0 }
      let others = (0..<256).filter { !printable.contains($0) }.indices.map { 256 + $0 }
      tokens += (printable + others).compactMap { Unicode.Scalar($0).map { String(Character($0)) } }
      tokens += ["ab", "abc"]
      kinds += Array(repeating: 1, count: tokens.count - kinds.count)
      file.set("tokenizer.ggml.merges", ["a b", "ab c"])
    }
    file.set("tokenizer.ggml.tokens", tokens)
    file.set("tokenizer.ggml.token_type", kinds)
    file.set("tokenizer.ggml.eos_token_id", UInt32(2))
    return file.bytes
  }

  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
