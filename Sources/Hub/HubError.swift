import Foundation

/// Why a model cannot be had from a hub.
public enum HubError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The variable does not hold the address of a host.
  case endpoint(variable: String)
  /// There is no such repository, file or revision, or it is not public.
  case notFound(String)
  /// The hub wants to know who asks, or has refused.
  case refused(String, hasToken: Bool)
  /// The hub asks to come back after so many seconds.
  case busy(seconds: Int?)
  /// The hub answered with another status of HTTP.
  case status(Int)
  /// The connection could not be made, or broke.
  case connection(String)
  /// The hub's answer is not what was asked for.
  case answer(String)
  /// What was downloaded is not what the hub says it is.
  case damaged(file: String)
  /// A redirection that is not followed.
  case redirection(String)
  /// The system refused; what was being done to which file, and its reason.
  case system(doing: String, path: String, reason: String)
  /// There is not so much room on the disk.
  case noRoom(path: String, needed: Int, free: Int)
  /// Another process downloads the same file.
  case inUse(file: String, pid: Int?)
  /// No file of the repository is what was asked for; what there is.
  case choice(String, there: [String])

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .endpoint(let variable):
      return "\(variable) is no address such as https://huggingface.co; correct or unset it."
    case .notFound(let what):
      return "The hub has no \(what), or not for everyone; check the name, or set HF_TOKEN."
    case .refused(let what, let hasToken):
      return hasToken
        ? "The hub refuses \(what) to this HF_TOKEN; accept the model's terms on its page, or use "
          + "another token."
        : "The hub wants to know who asks for \(what); set HF_TOKEN to a token of yours."
    case .busy(let seconds):
      let time = seconds.map { " for \($0) seconds" } ?? ""
      return "The hub has too much to do and asks to wait\(time)."
    case .status(let code):
      return "The hub answered with the HTTP status \(code)."
    case .connection(let reason):
      return "The connection to the hub failed: \(reason)."
    case .answer(let reason):
      return "The hub's answer cannot be used: \(reason)."
    case .damaged(let file):
      return "What came of \(file) has not the hub's checksum, twice; nothing of it was kept."
    case .redirection(let reason):
      return "The hub sends elsewhere, which was not followed: \(reason)."
    case .system(let doing, let path, let reason):
      return "\(doing) \(path) failed: \(reason)."
    case .noRoom(let path, let needed, let free):
      return "\(path) has \(free >> 20) MiB free and \(needed >> 20) MiB are needed; make room, or "
        + "set HF_HOME to a folder elsewhere."
    case .inUse(let file, let pid):
      let holder = pid.map { "Process \($0)" } ?? "Another process"
      return "\(holder) is downloading \(file); wait for it."
    case .choice(let reason, let there):
      return "\(reason); there are: \(there.joined(separator: ", "))."
    }
  }

  /// Whether the same request may succeed a little later.
  public var isPassing: Bool {
    switch self {
    case .busy, .connection, .answer: true
    case .status(let code): code >= 500 || code == 408
    default: false
    }
  }

  /// The failure of the system's call just made.
  static func system(_ doing: String, _ path: String) -> HubError {
    .system(doing: doing, path: path, reason: String(cString: strerror(errno)))
  }
}
