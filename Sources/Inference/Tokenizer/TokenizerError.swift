/// Why a file's tokenizer cannot be used.
public enum TokenizerError: Error, Equatable, Sendable {
  /// `tokenizer.ggml.model` names a family that this version does not have.
  case unsupportedModel(String)
  /// `tokenizer.ggml.pre` is absent or names an unknown rule.
  case unknownPreTokenizer(String?, known: [String])
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
  /// A special token's number is beyond the vocabulary.
  case tokenOutOfRange(key: String, value: Int, count: Int)
  /// No token stands for this byte, so that some texts could not be encoded.
  case missingByte(UInt8)
}

extension TokenizerError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  ///
  /// Texts from the file are quoted, control characters escaped, and long ones cut.
  public var description: String {
    switch self {
    case .unsupportedModel(let name):
      "tokenizer.ggml.model is \(quoted(name)), and only byte-level BPE (\"gpt2\") and SentencePiece "
        + "BPE (\"llama\") can be read; use a Qwen, Llama, Mistral, R1 distillation or SmolLM file."
    case .unknownPreTokenizer(let name, let known):
      "tokenizer.ggml.pre \(name.map { "is " + quoted($0) } ?? "is missing"), and the "
        + "pre-tokenizers known here are \(known.joined(separator: ", ")); "
        + "use a file converted with one of them."
    case .missing(let key):
      "\(key) is missing; use a complete file, or convert the model again."
    case .wrongCount(let key, let found, let expected):
      "\(key) has \(found) entries for \(expected) tokens; convert the model again."
    case .tooMany(let key, let found, let limit):
      "\(key) has \(found) entries, more than the \(limit) allowed; the file is damaged."
    case .tooLong(let key, let index, let bytes, let limit):
      "\(key)\(index.map { "[\($0)]" } ?? "") is \(bytes) bytes long, more than the \(limit) "
        + "allowed; the file is damaged."
    case .emptyToken(let index):
      "token \(index) is empty; convert the model again."
    case .duplicateToken(let text, let first, let second):
      "tokens \(first) and \(second) are both \(quoted(text)); convert the model again."
    case .unknownKind(let index, let value):
      "tokenizer.ggml.token_type[\(index)] is \(value), not 1 to 6; convert the model again."
    case .malformedByteToken(let text, let index):
      "byte token \(index) is \(quoted(text)), not of the form <0xNN>; convert the model again."
    case .malformedMerge(let text, let index):
      "tokenizer.ggml.merges[\(index)] is \(quoted(text)), not two pieces with one space between "
        + "them; convert the model again."
    case .unknownPiece(let text, let merge):
      "tokenizer.ggml.merges[\(merge)] needs the piece \(quoted(text)), which is no token; "
        + "convert the model again."
    case .scoreNotANumber(let index):
      "tokenizer.ggml.scores[\(index)] is no number; convert the model again."
    case .tokenOutOfRange(let key, let value, let count):
      "\(key) is \(value), and the vocabulary has \(count) tokens; convert the model again."
    case .missingByte(let byte):
      "no token stands for the byte \(byte), so texts with it could not be encoded; "
        + "convert the model again."
    }
  }

  private func quoted(_ text: String) -> String {
    let limit = 60
    return text.count > limit
      ? "\(String(text.prefix(limit)).debugDescription)…"
      : text.debugDescription
  }
}
