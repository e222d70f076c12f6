import Foundation
import Reasoning
import Traces

/// What `POST /v1/chat/completions` asks for.
///
/// The form is that of OpenAI's reference; what it has and this program does not is refused where it
/// would change the answer, and passed over where not.
package struct ChatRequest: Sendable, Equatable {
  /// The model's name; nil where none is given.
  package var model: String?
  /// The chat.
  var conversation: Conversation
  /// The answer is sent as it comes.
  package var isStreamed = false
  /// A streamed answer ends with its usage.
  package var includesUsage = false
  /// Strings that end the answer.
  var stops: [String] = []
  /// What differs from the server's own options.
  var settings: [Setting] = []

  /// Each message costs time while others wait, however short it is.
  private static let mostMessages = 4_096

  /// Reads a request's body.
  ///
  /// - Throws: ``APIError``.
  package init(_ body: [UInt8]) throws(APIError) {
    let fields: ChatFields
    do {
      fields = try JSONDecoder().decode(ChatFields.self, from: Data(body))
    } catch let error as DecodingError {
      throw Self.error(for: error)
    } catch {
      throw APIError(400, "The body is not JSON.", code: "invalid_json")
    }
    try fields.refuseWhatIsMissing()
    guard fields.messages.count <= Self.mostMessages else {
      throw .invalid(
        "messages", "A request can have \(Self.mostMessages) messages; leave out the oldest.")
    }
    model = fields.model
    var messages: [ChatMessage] = []
    for message in fields.messages { messages.append(try message.chatMessage) }
    conversation = try Conversation(messages)
    isStreamed = fields.stream ?? false
    includesUsage = fields.streamOptions?.includeUsage ?? false
    stops = fields.stop?.strings ?? []
    guard stops.count <= 16, stops.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 1_000 }) else {
      throw .invalid("stop", "stop takes up to 16 strings of 1 to 1000 bytes.")
    }
    settings = try fields.settings()
  }

  /// The options of its run.
  ///
  /// - Parameter standard: The server's own.
  /// - Throws: ``APIError`` for options that exclude each other.
  func options(over standard: RunOptions) throws(APIError) -> RunOptions {
    var options = standard
    if let system = conversation.system { options.systemPrompt = system }
    for setting in settings { options.apply(setting) }
    guard options.unreadable != .ask else {
      throw .invalid(
        "specreason.unreadable", "unreadable ask needs the viewer: nobody answers here.")
    }
    guard options.judgeQuestion != nil || !options.judges.contains(.own) else {
      throw .invalid("specreason.judge", "A judge of your own needs a judge-question.")
    }
    do throws(OptionError) { try options.validate() } catch {
      throw .invalid("specreason.\(error.name)", ChatFields.sentence(error, named: error.name))
    }
    return options
  }

  private static func error(for error: DecodingError) -> APIError {
    func name(_ path: [any CodingKey]) -> String {
      path.reduce("") { name, key in
        if let index = key.intValue { return "\(name)[\(index)]" }
        return name.isEmpty ? key.stringValue : "\(name).\(key.stringValue)"
      }
    }
    switch error {
    case .keyNotFound(let key, let context):
      let name = name(context.codingPath + [key])
      return APIError(
        400, "The field \(name) is missing.", code: "missing_required_parameter", parameter: name)
    case .typeMismatch(_, let context), .valueNotFound(_, let context),
      .dataCorrupted(let context):
      guard !context.codingPath.isEmpty else {
        return APIError(400, "The body is not a JSON object.", code: "invalid_json")
      }
      let name = name(context.codingPath)
      return APIError(
        400, "The field \(name) has a value of the wrong type.", code: "invalid_type",
        parameter: name)
    @unknown default:
      return APIError(400, "The body is not JSON.", code: "invalid_json")
    }
  }
}
