/// What a model file says of its tokenizer, as it stands there: not checked yet.
///
/// `Tokenizer` checks it. The keys named below are those of the GGUF specification.
public struct Vocabulary: Sendable {
  /// The part a token plays; raw values are those of `tokenizer.ggml.token_type`.
  public enum Kind: Int, Sendable {
    /// The file does not say; such a token counts as normal.
    case undefined
    case normal
    case unknown, control, userDefined, unused, byte
  }

  /// The tokenizer's family (`tokenizer.ggml.model`): `gpt2` is byte-level byte-pair encoding,
  /// `llama` SentencePiece's.
  public var model: String?
  /// The rule that cuts a text into words (`tokenizer.ggml.pre`); SentencePiece has none.
  public var preTokenizer: String?
  /// The text of each token in GPT-2's byte alphabet, or with SentencePiece's `▁` for a space;
  /// special tokens as they are read.
  public var tokens: [String]
  /// The bytes of the tokens that are not UTF-8, by their numbers.
  public var tokenBytes: [Int: [UInt8]] = [:]
  /// How early SentencePiece merges each token, the highest first (`tokenizer.ggml.scores`).
  public var scores: [Double]?
  /// Raw values of `Kind`, one a token; nil where the file has none.
  public var kinds: [Int]?
  /// Pairs of pieces with a space between them, the first merged first; nil where the file has
  /// none (`tokenizer.ggml.merges`).
  public var merges: [String]?
  /// The number of the token for what no other token stands for
  /// (`tokenizer.ggml.unknown_token_id`).
  public var unknown: Int?
  /// The number of the token that texts begin with (`tokenizer.ggml.bos_token_id`).
  public var beginOfText: Int?
  /// The number of the token that texts end with (`tokenizer.ggml.eos_token_id`).
  public var endOfText: Int?
  /// The number of the token that ends a turn, where that is another
  /// (`tokenizer.ggml.eot_token_id`).
  public var endOfTurn: Int?
  /// Whether a text begins with `beginOfText`; nil leaves it to the family's custom.
  public var addsBeginOfText: Bool?
  /// Whether SentencePiece puts a space before a text; nil for yes.
  public var addsSpacePrefix: Bool?
  /// A Jinja template.
  public var chatTemplate: String?

  /// A byte-pair vocabulary without special tokens.
  public init(
    model: String? = "gpt2", preTokenizer: String?, tokens: [String], merges: [String]?
  ) {
    self.model = model
    self.preTokenizer = preTokenizer
    self.tokens = tokens
    self.merges = merges
  }
}
