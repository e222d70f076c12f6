/// What a newcomer has to know before anything else, a line each: at the top of the help and on the
/// start screen.
enum Basics {
  static let words: [(word: String, sentence: String)] = [
    (
      "τ",
      "the acceptance threshold, 0 to 9: a step with a lower score is written anew; [ ] move it"
    ),
    ("score", "what the base model thinks of a draft's step, 0 to 9: one prefill and one token"),
    (
      "speedup",
      "against the base model alone: estimated from its speed, measured by a race (B)"
    ),
  ]

  /// Each word with its sentence, in lines of at most `width` columns.
  static func lines(width: Int) -> [Line] {
    words.flatMap { word, sentence in
      TextLayout.lines(
        prefix: [Span(word.padding(to: 9), .threshold)], text: [Span(sentence, .text)],
        width: width)
    }
  }

  /// The glyphs of `looks` with their words, none of them broken.
  static func legend(_ looks: [StepLook]) -> [Span] {
    looks.flatMap { look in
      let word = look.word.replacing(" ", with: "\u{A0}")
      return [Span("\(look.glyph)\u{A0}\(word)", look.scope), Span("  ", .text)]
    }
  }
}
