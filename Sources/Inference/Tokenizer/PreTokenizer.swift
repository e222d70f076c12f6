/// The rule that cuts a text into words before byte-pair encoding; no token spans two words.
struct PreTokenizer: Sendable {
  /// Applied one after another, each to every piece that the one before left.
  let stages: [PreTokenizerStage]
  /// Whether a word that is a token is taken without merging (`ignore_merges` in
  /// `tokenizer.json`).
  var takesWholeWords = false
  /// Whether a text begins with a beginning token where the file says nothing of it.
  var beginsTexts = false

  /// The pre-tokenizer of that name in `tokenizer.ggml.pre`; nil where it is none of `names`.
  init?(named name: String) {
    guard let rule = Self.rules.first(where: { $0.names.contains(name) })?.rule else { return nil }
    self = rule
  }

  private init(
    _ stages: PreTokenizerStage..., takesWholeWords: Bool = false, beginsTexts: Bool = false
  ) {
    self.stages = stages
    self.takesWholeWords = takesWholeWords
    self.beginsTexts = beginsTexts
  }

  /// Every value of `tokenizer.ggml.pre` that is understood.
  static let names: [String] = rules.flatMap(\.names)

  /// The rule of files that name none, as llama.cpp has it.
  static let standard = PreTokenizer(
    .runs(of: .either(.punctuation, ScalarRanges("$+<=>^~|"))), .gpt2,
    .runs(of: .classes(.number)), .runs(of: .ranges(ScalarRanges("0-9")), atLeast: 3, atMost: 3))

  private static let rules: [(names: [String], rule: PreTokenizer)] = [
    (["default"], standard),
    (
      [
        "gpt-2", "phi-2", "olmo", "mellum", "trillion", "a.x-4.0", "gigachat", "modern-bert",
        "exaone4", "granite-docling",
      ],
      PreTokenizer(.gpt2)
    ),
    (
      ["smollm", "starcoder", "refact", "command-r", "codeshell", "minerva-7b", "exaone"],
      PreTokenizer(.runs(of: .classes(.number), atMost: 1), .gpt2)
    ),
    (
      ["qwen2", "deepseek-r1-qwen", "megrez", "kormo", "f2llmv2", "stablelm2"],
      PreTokenizer(.tiktoken(digits: 1))
    ),
    (["qwen35"], PreTokenizer(.tiktoken(digits: 1, wordsHaveMarks: true))),
    (["seed-coder"], PreTokenizer(.tiktoken(digits: 1, endsAtLineBreaks: true))),
    (
      ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
      PreTokenizer(.tiktoken(digits: 3), takesWholeWords: true, beginsTexts: true)
    ),
    (["smaug-bpe", "dbrx", "chatglm-bpe"], PreTokenizer(.tiktoken(digits: 3))),
    (["glm4"], PreTokenizer(.tiktoken(digits: 3), takesWholeWords: true)),
    (
      ["tekken"],
      PreTokenizer(
        .cased(digits: 1, contractions: false), takesWholeWords: true, beginsTexts: true)
    ),
    (["gpt-4o", "llama4", "kanana2"], PreTokenizer(.cased(digits: 3, contractions: true))),
    (
      ["deepseek-llm"],
      PreTokenizer(
        lineBreaks, .runs(of: .ranges(deepSeekLetters), afterSpace: true),
        .runs(of: .ranges(ScalarRanges("!-/:-~！-／：-～‘-‟　-。")), afterSpace: true),
        .trailingSpace, .runs(of: .ranges(deepSeekIdeographs)), .runs(of: .classes(.number)))
    ),
    (
      ["deepseek-coder"],
      PreTokenizer(
        lineBreaks, .runs(of: .classes(.letter), afterSpace: true),
        .runs(of: .classes(.punctuation), afterSpace: true),
        .runs(of: .ranges(deepSeekIdeographs)), .runs(of: .classes(.number), atMost: 1))
    ),
    (
      ["deepseek-v3"],
      PreTokenizer(
        .runs(of: .classes(.number), atMost: 3), .runs(of: .ranges(ScalarRanges("一-龥぀-ゟ゠-ヿ"))),
        .deepSeekV3)
    ),
  ]

  private static let lineBreaks = PreTokenizerStage.runs(
    of: .ranges(ScalarRanges("\r\n")), atMost: 1)

  private static let deepSeekIdeographs = ScalarRanges("一-龥ࠀ-一가-퟿")

  /// Letters with case, as of Unicode 11.
  private static let deepSeekLetters = ScalarRanges(
    "A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗ"
      + "ὙὛὝὟ-\u{1F7D}ᾀ-ᾴᾶ-ᾼ\u{1FBE}ῂ-ῄῆ-ῌῐ-\u{1FD3}ῖ-\u{1FDB}ῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤ\u{2126}ℨ\u{212A}-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯ"
      + "ꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ𐐀-𐑏𐒰-𐓓𐓘-𐓻𐲀-𐲲𐳀-𐳲𑢠-𑣟𞤀-𞥃")

  /// The words of `text`, in order and without gaps, as ranges of its bytes.
  ///
  /// - Parameter text: valid UTF-8.
  func words(of text: ArraySlice<UInt8>) -> [Range<Int>] {
    var scanner = WordScanner(text)
    for stage in stages { scanner.apply(stage) }
    return scanner.words
  }
}

/// One cut of a text: the scanner of a published regular expression, exact in every Unicode class
/// and linear in the text's length. What the expression leaves between its matches are words too.
enum PreTokenizerStage: Sendable {
  /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
  case gpt2
  /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|`
  /// ` ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
  ///
  /// With `endsAtLineBreaks`, symbols do not take the line breaks after them: `[\r\n]*` is absent.
  /// With `wordsHaveMarks`, marks count as letters: `[\p{L}\p{M}]+` and `[^\s\p{L}\p{M}\p{N}]+`.
  case tiktoken(digits: Int, endsAtLineBreaks: Bool = false, wordsHaveMarks: Bool = false)
  /// With `U` for `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`, `L` for `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` and `C`
  /// for `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`, or for nothing without `contractions`:
  /// `[^\r\n\p{L}\p{N}]?U*L+C|[^\r\n\p{L}\p{N}]?U+L*C|\p{N}{1,digits}|`
  /// ` ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+`
  case cased(digits: Int, contractions: Bool)
  /// ``[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|``
  /// ` ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
  case deepSeekV3
  /// `\s+$`
  case trailingSpace
  /// `[members]{atLeast,atMost}`, or `\s?[members]{atLeast,atMost}` with `afterSpace`; `atLeast`
  /// counts bytes.
  case runs(of: Members, afterSpace: Bool = false, atLeast: Int = 1, atMost: Int = .max)

  /// A set of characters.
  enum Members: Sendable {
    case classes(ScalarClass)
    case ranges(ScalarRanges)
    case either(ScalarClass, ScalarRanges)
  }
}
