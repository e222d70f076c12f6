/// How a family of chat templates lays out a chat.
struct ChatFamily: Sendable, Equatable {
  /// The words around a turn.
  enum Markers: Sendable, Equatable {
    /// `<|im_start|>user`, newline, text, `<|im_end|>`, newline.
    case chatML
    /// `<|start_header_id|>user<|end_header_id|>`, blank line, text, `<|eot_id|>`.
    case llama3
    /// `<｜User｜>`, text; `<｜Assistant｜>`, text, `<｜end▁of▁sentence｜>`.
    case deepSeek
    /// `User: `, text, blank line: for models without turns.
    case plain
  }

  /// Where the system prompt stands.
  enum System: Sendable, Equatable {
    /// A turn like others; the standard one where the chat has none.
    case turn(standard: String?)
    /// A first turn that is always there and begins with two dates.
    case dated
    /// The last of them, bare, ahead of all turns.
    case lastAhead
  }

  /// What becomes of text up to `</think>` in past turns of the assistant.
  enum PastReasoning: Sendable, Equatable {
    case kept, stripped
    /// And the newlines after it.
    case strippedWithNewlines
  }

  var markers: Markers
  var system = System.turn(standard: nil)
  var pastReasoning = PastReasoning.kept
  /// White space around messages goes.
  var trims = false
  /// Text of the beginning token, where the template writes it.
  var beginOfText = ""
  /// What follows the assistant's marker in the generation prompt: empty, or `<think>` and what
  /// the template puts after it.
  var thinkingOpening = ""

  static let chatML = ChatFamily(markers: .chatML)
  static let plain = ChatFamily(markers: .plain)

  /// Llama 3.1 and later put the day of the call here; this is the date that their templates fall
  /// back to, so that a prompt is the same every day.
  static let llamaDates =
    "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"

  init(markers: Markers) {
    self.markers = markers
  }

  /// The family of the Jinja template `source`; nil where it is none of those known.
  init?(recognising source: String, beginOfText: String) {
    let source = Self.unescaped(source)
    if source.contains("<|start_header_id|>"), source.contains("<|eot_id|>") {
      markers = .llama3
      if source.contains("Cutting Knowledge Date") { system = .dated }
    } else if source.contains("<｜User｜>"), source.contains("<｜Assistant｜>") {
      markers = .deepSeek
      system = .lastAhead
    } else if source.contains("<|im_start|>"), source.contains("<|im_end|>") {
      markers = .chatML
      system = .turn(standard: Self.standardSystemPrompt(in: source))
    } else {
      return nil
    }
    if source.contains("bos_token") { self.beginOfText = beginOfText }

    let compact = source.filter { $0 != " " }.replacing("\"", with: "'")
    trims = compact.contains("content']|trim") || compact.contains("content|trim")
    if let strip = compact.firstRange(of: "split('</think>')[-1]") {
      let newlines = compact[strip.upperBound...].hasPrefix(".lstrip('\n')")
      pastReasoning = newlines ? .strippedWithNewlines : .stripped
    }
    if let prompt = compact.ranges(of: "add_generation_prompt").last {
      let tail = compact[prompt.upperBound...]
      thinkingOpening = ["<think>\n", "<think>"].first { tail.contains($0 + "'") } ?? ""
    }
  }

  /// What stands before the text of a turn.
  func start(of role: ChatTemplate.Role) -> String {
    switch (markers, role) {
    case (.chatML, _): "<|im_start|>\(role.rawValue)\n"
    case (.llama3, _): "<|start_header_id|>\(role.rawValue)<|end_header_id|>\n\n"
    case (.deepSeek, .user): "<｜User｜>"
    case (.deepSeek, .assistant): "<｜Assistant｜>"
    case (.plain, .user): "User: "
    case (.plain, .assistant): "Assistant: "
    case (.deepSeek, .system), (.plain, .system): ""
    }
  }

  /// What stands after the text of a turn.
  func end(of role: ChatTemplate.Role) -> String {
    switch (markers, role) {
    case (.chatML, _): "<|im_end|>\n"
    case (.llama3, _): "<|eot_id|>"
    case (.deepSeek, .assistant): "<｜end▁of▁sentence｜>"
    case (.deepSeek, .user), (.deepSeek, .system): ""
    case (.plain, _): "\n\n"
    }
  }

  /// The system prompt that a ChatML template writes where the chat has none: the one that stands
  /// whole between its markers in a string literal.
  private static func standardSystemPrompt(in source: String) -> String? {
    for opening in source.ranges(of: "<|im_start|>system\n") {
      let rest = source[opening.upperBound...]
      guard let closing = rest.firstRange(of: "<|im_end|>") else { return nil }
      let prompt = rest[..<closing.lowerBound]
      if !prompt.isEmpty, !prompt.contains("'"), !prompt.contains("\"") { return String(prompt) }
    }
    return nil
  }

  /// The escapes of Jinja's string literals resolved.
  private static func unescaped(_ source: String) -> String {
    var result = ""
    var isEscaped = false
    for character in source {
      if isEscaped {
        switch character {
        case "n": result.append("\n")
        case "t": result.append("\t")
        case "\\", "'", "\"": result.append(character)
        default: result += "\\\(character)"
        }
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else {
        result.append(character)
      }
    }
    return result
  }
}
