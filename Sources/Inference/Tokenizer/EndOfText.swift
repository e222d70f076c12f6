/// Finds the tokens that end a text or a turn by their texts, as llama.cpp does: many files name
/// one of several, or call them ordinary tokens.
enum EndOfText {
  private static let texts: Set<String> = [
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|end|>",
    "<|return|>", "<|call|>", "<|calls|>", "<|flush|>", "<end_of_turn>", "<turn|>",
    "<|tool_response>", "<end_of_utterance>", "<｜end▁of▁sentence｜>", "</s>", "<eos>", "<EOT>",
    "_<EOT>", "[EOT]", "[EOS]", "[e~[", "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>",
  ]
  /// Vocabularies with one of these have `</s>` as the end of HTML's struck-out text.
  private static let marksOfHTML = ["<|tool_response>", "<|plamo:eos|>"]
  /// A vocabulary with all of these ends a message, not the turn, with `<|end|>`.
  private static let marksOfChannels = [["<|return|>", "<|call|>"], ["<|calls|>", "<|flush|>"]]

  /// The ends in `vocabulary`.
  ///
  /// - Parameters:
  ///   - kinds: what each token is; an ordinary one that merges make is text.
  ///   - index: the tokens by their texts.
  static func tokens(
    _ vocabulary: Vocabulary, _ kinds: [Vocabulary.Kind], _ index: PieceIndex
  ) -> Set<Token> {
    func token(_ text: String) -> Token? { index[Array(text.utf8)[...]] }
    var found: [String: Token] = [:]
    for text in texts { found[text] = token(text) }
    if marksOfHTML.contains(where: { token($0) != nil }) { found["</s>"] = nil }
    if marksOfChannels.contains(where: { $0.allSatisfy { token($0) != nil } }) {
      found["<|end|>"] = nil
    }
    let ordinary = found.filter { kinds[Int($0.value)] == .normal }
    guard !ordinary.isEmpty else { return Set(found.values) }
    let lengths = Set(ordinary.keys.map { $0.utf8.count + 1 })
    for merge in vocabulary.merges ?? [] where lengths.contains(merge.utf8.count) {
      let made = String(merge.filter { $0 != " " })
      if ordinary[made] != nil { found[made] = nil }
    }
    return Set(found.values)
  }
}
