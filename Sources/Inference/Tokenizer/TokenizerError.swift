/// Why a file's tokenizer cannot be used.
public enum TokenizerError: Error, Equatable, Sendable {
  /// `tokenizer.ggml.model` names a family that this version does not have.
  case unsupportedModel(String)
  /// `tokenizer.ggml.pre` names an unknown rule.
  case unknownPreTokenizer(String)
  /// A key that is needed is absent, or its array empty.
  case missing(key: String)
  /// An array has not one entry for each token.
  case wrongCount(key: String, found: Int, expected: Int)
  /// An array is longer than any model's.
  case tooMany(key: String, found: Int, limit: Int)
  /// A text, or the text at `index` of an array, is longer than any model's.
  case tooLong(key: String, index: Int?, bytes: Int, limit: Int)
  /// A token without text.
  case emptyToken(index: Int)
  /// Two tokens of the same text.
  case duplicateToken(String, first: Int, second: Int)
  /// A token's kind is none of the specification's.
  case unknownKind(index: Int, value: Int)
  /// A token of the kind `byte` whose text is not `<0xNN>`.
  case malformedByteToken(String, index: Int)
  /// A merge that is not two pieces with one space between them.
  case malformedMerge(String, index: Int)
  /// A merge of, or into, a piece that is no token.
  case unknownPiece(String, merge: Int)
  /// A token's score is NaN.
  case scoreNotANumber(index: Int)
  /// Words are tokens, and no merges say how bytes become words.
  case missingMerges
}

extension TokenizerError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  ///
  /// Texts from the file are quoted, control characters escaped, and long ones cut.
  public var description: String { sentence + "." }

  /// The description without its full stop.
  var sentence: String {
    switch self {
    case .unsupportedModel(let name):
      "tokenizer.ggml.model is \(quoted(name)), and only byte-level BPE (\"gpt2\") and SentencePiece "
        + "BPE (\"llama\") can be read; use a Qwen, Llama, Mistral, R1 distillation or SmolLM file"
    case .unknownPreTokenizer(let name):
      "tokenizer.ggml.pre is \(quoted(name)), a rule that is not known here; use a file of the "
        + "Qwen, Llama, Mistral, DeepSeek, SmolLM or GPT-2 families"
    case .missing(let key):
      "\(key) is missing; use a complete file, or convert the model again"
    case .wrongCount(let key, let found, let expected):
      "\(key) has \(found) entries for \(expected) tokens; convert the model again"
    case .tooMany(let key, let found, let limit):
      "\(key) has \(found) entries, more than the \(limit) allowed; the file is damaged"
    case .tooLong(let key, let index, let bytes, let limit):
      "\(key)\(index.map { "[\($0)]" } ?? "") is \(bytes) bytes long, more than the \(limit) "
        + "allowed; the file is damaged"
    case .emptyToken(let index):
      "token \(index) is empty; convert the model again"
    case .duplicateToken(let text, let first, let second):
      "tokens \(first) and \(second) are both \(quoted(text)); convert the model again"
    case .unknownKind(let index, let value):
      "tokenizer.ggml.token_type[\(index)] is \(value), not 0 to 6; convert the model again"
    case .malformedByteToken(let text, let index):
      "byte token \(index) is \(quoted(text)), not of the form <0xNN>; convert the model again"
    case .malformedMerge(let text, let index):
      "tokenizer.ggml.merges[\(index)] is \(quoted(text)), not two pieces with one space between "
        + "them; convert the model again"
    case .unknownPiece(let text, let merge):
      "tokenizer.ggml.merges[\(merge)] needs the piece \(quoted(text)), which is no token; "
        + "convert the model again"
    case .scoreNotANumber(let index):
      "tokenizer.ggml.scores[\(index)] is no number; convert the model again"
    case .missingMerges:
      "tokenizer.ggml.merges is missing, so every text would be written in single bytes; "
        + "convert the model again"
    }
  }

  private func quoted(_ text: String) -> String {
    text.quoted(upTo: 60)
  }
}
