import Reasoning
import Traces

/// The fields of a chat request as they stand in its JSON.
struct ChatFields: Decodable {
  var model: String?
  var messages: [Message]
  var stream: Bool?
  var streamOptions: StreamOptions?
  var stop: OneOrMany?
  var maxTokens: OptionValue?
  var maxCompletionTokens: OptionValue?
  var temperature: OptionValue?
  var topP: OptionValue?
  var topK: OptionValue?
  var minP: OptionValue?
  var seed: OptionValue?
  /// Run options by their names on the command line.
  var specreason: [String: OptionValue]?

  var n: OptionValue?
  var tools: [Anything]?
  var functions: [Anything]?
  var logprobs: Bool?
  var logitBias: [String: Double]?
  var frequencyPenalty: Double?
  var presencePenalty: Double?
  var responseFormat: Format?

  enum CodingKeys: String, CodingKey {
    case model, messages, stream, stop, temperature, seed, specreason, n, tools, functions, logprobs
    case streamOptions = "stream_options"
    case maxTokens = "max_tokens"
    case maxCompletionTokens = "max_completion_tokens"
    case topP = "top_p"
    case topK = "top_k"
    case minP = "min_p"
    case logitBias = "logit_bias"
    case frequencyPenalty = "frequency_penalty"
    case presencePenalty = "presence_penalty"
    case responseFormat = "response_format"
  }

  struct StreamOptions: Decodable {
    var includeUsage: Bool?

    enum CodingKeys: String, CodingKey {
      case includeUsage = "include_usage"
    }
  }

  struct Format: Decodable {
    var type: String
  }

  /// A value that only counts as being there.
  struct Anything: Decodable {
    init(from decoder: any Decoder) {}
  }

  /// One string, or several.
  struct OneOrMany: Decodable {
    var strings: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      strings = (try? container.decode(String.self)).map { [$0] } ?? []
      if strings.isEmpty { strings = try container.decode([String].self) }
    }
  }

  struct Message: Decodable {
    struct Part: Decodable {
      var type: String
      var text: String?
    }

    var role: String
    /// The text; nil where it is null or missing.
    var text: String?
    /// A part that is no text; nil for none.
    var otherPart: String?

    enum CodingKeys: String, CodingKey {
      case role, content
    }

    init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      role = try fields.decode(String.self, forKey: .role)
      guard fields.contains(.content), try !fields.decodeNil(forKey: .content) else { return }
      if let whole = try? fields.decode(String.self, forKey: .content) {
        text = whole
        return
      }
      let parts = try fields.decode([Part].self, forKey: .content)
      text = parts.compactMap(\.text).joined(separator: "\n\n")
      otherPart = parts.first { $0.type != "text" || $0.text == nil }?.type
    }

    /// The message as the reasoner knows one.
    var chatMessage: ChatMessage {
      get throws(APIError) {
        if let otherPart {
          throw .invalid("messages", "A message's content can only be text, not \(otherPart).")
        }
        switch role {
        case "system", "developer": return ChatMessage(.system, text ?? "")
        case "user": return ChatMessage(.user, text ?? "")
        case "assistant": return ChatMessage(.assistant, text ?? "")
        default:
          throw .invalid(
            "messages",
            "A message's role must be system, developer, user or assistant, not \(role).")
        }
      }
    }
  }

  /// Throws for what would change the answer and cannot be done.
  func refuseWhatIsMissing() throws(APIError) {
    func require(_ isFine: Bool, _ parameter: String, _ message: String) throws(APIError) {
      guard isFine else {
        throw APIError(400, message, code: "unsupported_parameter", parameter: parameter)
      }
    }
    try require(
      [nil, .off, .integer(1)].contains(n), "n", "n must be 1: a request gets one answer.")
    try require(
      (tools ?? []).isEmpty && (functions ?? []).isEmpty, "tools", "The models call no tools.")
    try require(logprobs != true, "logprobs", "Log-probabilities are not given.")
    try require((logitBias ?? [:]).isEmpty, "logit_bias", "Logits cannot be biased.")
    try require(
      frequencyPenalty ?? 0 == 0, "frequency_penalty", "frequency_penalty must be 0.")
    try require(presencePenalty ?? 0 == 0, "presence_penalty", "presence_penalty must be 0.")
    try require(
      responseFormat?.type ?? "text" == "text", "response_format",
      "response_format must be text: no other is enforced.")
  }

  /// Greatest number of bytes of an option that is a text; longer ones are messages.
  private static let longestOption = 8_192

  /// What differs from the server's own options.
  func settings() throws(APIError) -> [Setting] {
    var settings: [Setting] = []
    func add(_ name: String, _ field: String, _ value: OptionValue?) throws(APIError) {
      guard let value, value != .off else { return }
      guard let option = RunOption.named(name) else {
        throw APIError(
          400, "There is no option \(name); docs/settings.md lists them.",
          code: "unknown_parameter", parameter: field)
      }
      guard value.text.utf8.count <= Self.longestOption else {
        throw .invalid(field, "\(field) must have at most \(Self.longestOption) bytes.")
      }
      do throws(OptionError) {
        settings.append(try Setting(option, from: value.text))
      } catch {
        throw .invalid(field, Self.sentence(error, named: field))
      }
    }
    // Clients send seeds of any sign; each is another number here.
    let seed: OptionValue? =
      if case .integer(let number) = seed { .natural(UInt64(bitPattern: Int64(number))) } else {
        seed
      }
    for (name, value) in (specreason ?? [:]).sorted(by: { $0.key < $1.key }) {
      try add(name, "specreason.\(name)", value)
    }
    try add("temperature", "temperature", temperature)
    try add("top-p", "top_p", topP)
    try add("top-k", "top_k", topK)
    try add("min-p", "min_p", minP)
    try add("seed", "seed", seed)
    let isNew = maxCompletionTokens != nil
    try add(
      "budget", isNew ? "max_completion_tokens" : "max_tokens", maxCompletionTokens ?? maxTokens)
    return settings
  }

  /// What `error` says, with the option called as the request does.
  static func sentence(_ error: OptionError, named field: String) -> String {
    "\(field) must be \(error.allowed), not \(error.value)."
  }
}
