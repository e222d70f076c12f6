import Foundation

/// Why a server cannot be used, or failed.
public struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Sendable, Equatable {
    /// The text is no address of a server.
    case noAddress
    /// The address holds a password, a key or a query, which other programs can read.
    case secretInAddress
    /// A key that no header can carry, or a file without one, from this variable or file.
    case badKey(origin: String)
    /// A file with a key that others than its owner can read.
    case openKeyFile(String)
    /// There was no connection; the system's or the library's reason.
    case unreachable(String)
    /// The connection ended before anything of an answer came.
    case lost
    /// The answer ended before the text did.
    case cut
    /// Nothing came for so many seconds.
    case silent(seconds: Int)
    /// It wants another address.
    case redirected(to: String?)
    /// It wants a key, or another one.
    case refusedKey(String)
    /// It has too much to do, or is starting.
    case busy(status: Int, String)
    /// It refused the request, with its words.
    case refused(status: Int, String)
    /// It failed in the middle of a text, with its words.
    case failed(String)
    /// What came is not what such a server says.
    case unintelligible(String)
    /// More came than any answer needs; the limit in bytes.
    case endless(limit: Int)
    /// It has no model of the name asked for; those it has.
    case noModel(String, has: [String])
    /// It has no model at all.
    case noModels
    /// It does not list its models, and none was named.
    case modelsUntold
    /// It cannot render a chat, and no template is known for its model.
    case noTemplate(model: String)
    /// A chat rendered by it lacks what was said.
    case templateLosesText
    /// It cannot tell the probabilities of a given text; why.
    case noLikelihood(String)
  }

  /// What is wrong.
  public var reason: Reason
  /// The server's address, for people.
  public var server: String

  /// `reason`, at the server at `address`.
  public init(_ reason: Reason, at address: String) {
    self.reason = reason
    server = address
  }

  /// One sentence: what happened, where, what to do.
  public var description: String {
    switch reason {
    case .noAddress:
      "\(server) is no address of a server; write it as http://host:port/v1."
    case .secretInAddress:
      "The address \(server) came with a password or a query, which other programs could read; give "
        + "keys in SPECREASON_BASE_KEY and SPECREASON_DRAFT_KEY."
    case .badKey(let origin):
      "\(origin) holds no key for \(server): it must be one line of plain characters."
    case .openKeyFile(let path):
      "The file \(path) with the key for \(server) can be read by others than its owner; change that "
        + "by chmod 600."
    case .unreachable(let why):
      "\(server) cannot be reached: \(why); check the address, and that the server runs."
    case .lost:
      "\(server) closed the connection without an answer; look into its log."
    case .cut:
      "\(server) broke off in the middle of a text; what had come is kept, and the turn can be gone on "
        + "with."
    case .silent(let seconds):
      "\(server) said nothing for \(seconds) seconds; it may be overloaded or hang."
    case .redirected(let target):
      "\(server) redirects to \(target ?? "another address"), which is not followed, because a key "
        + "might go with it; give that address."
    case .refusedKey(let words):
      "\(server) refuses the key or wants one\(Self.quoted(words)); set SPECREASON_BASE_KEY or "
        + "SPECREASON_DRAFT_KEY, and name the server by --base, --draft or --as."
    case .busy(let status, let words):
      "\(server) has no room now (status \(status))\(Self.quoted(words)); it was asked several times, "
        + "try later."
    case .refused(let status, let words):
      "\(server) refused a request (status \(status))\(Self.quoted(words))."
    case .failed(let words):
      "\(server) failed in the middle of a text\(Self.quoted(words)); look into its log."
    case .unintelligible(let what):
      "\(server) answers with \(what), as no model server does; check the address."
    case .endless(let limit):
      "\(server) sent more than \(limit >> 20) MiB for one request, which was given up."
    case .noModel(let name, let has):
      "\(server) has no model \(name); it has \(Self.list(has))."
    case .noModels:
      "\(server) has no model; load one there first."
    case .modelsUntold:
      "\(server) does not list its models; name one behind a #, as in \(server)#name."
    case .noTemplate(let model):
      "\(server) cannot render a chat, and the chat format of \(model) is not known; name it by "
        + "--chat-template."
    case .templateLosesText:
      "The chat template at \(server) leaves out what was said; name another by --chat-template."
    case .noLikelihood(let why):
      "The judge likelihood does not work with \(server): \(why); use --judge short."
    }
  }

  /// Whether the same request may succeed a moment later.
  var isPassing: Bool {
    switch reason {
    case .unreachable, .lost, .busy: true
    default: false
    }
  }

  private static func quoted(_ words: String) -> String {
    words.isEmpty ? "" : ": “\(words)”"
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "\(shown) and \(names.count - 8) more" : shown
  }
}
