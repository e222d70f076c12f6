/// Why a chat template cannot be rendered.
public struct TemplateError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The text is no Jinja: what stands where it cannot.
    case syntax(String)
    /// Jinja that this version does not know: a filter, a test, a function, a statement.
    case unsupported(String)
    /// An operation on values that do not have it.
    case type(String)
    /// The template refuses the chat, in its own words.
    case refused(String)
    /// Rendering takes more than any chat needs: of what.
    case tooMuch(String)
    /// What is rendered does not hold the messages.
    case messagesMissing
  }

  /// The file that the template is in, where it is known.
  public var file: String?
  /// The template's line, from 1.
  public var line: Int
  /// What is wrong there.
  public var reason: Reason

  init(file: String? = nil, line: Int, reason: Reason) {
    self.file = file
    self.line = line
    self.reason = reason
  }
}

extension TemplateError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what to do.
  public var description: String {
    let place = file.map { " of \($0.withoutControlCharacters)" } ?? ""
    return "The chat template\(place) cannot be used, because \(detail); choose another with "
      + "--chat-template."
  }

  /// What is wrong and where, as a part of a sentence. Texts from the template are quoted, control
  /// characters escaped, and long ones cut.
  var detail: String { fullDetail.shortened(to: 300) }

  private var fullDetail: String {
    switch reason {
    case .syntax(let found): "line \(line) has \(quoted(found)) where it cannot stand"
    case .unsupported(let name): "line \(line) uses \(quoted(name)), which is not known here"
    case .type(let operation): "line \(line) cannot \(operation)"
    case .refused(let message): "it refuses the chat: \(quoted(message))"
    case .tooMuch(let what): "line \(line) makes too many \(what)"
    case .messagesMissing: "it leaves out what was said"
    }
  }

  private func quoted(_ text: String) -> String {
    text.quoted(upTo: 80)
  }
}
