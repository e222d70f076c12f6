import Foundation
import Traces

/// Watches a run that another process writes, or the newest of a folder's runs, one after another.
struct RunWatch: Sendable {
  /// What was seen.
  enum Sight: Sendable, Equatable {
    /// A run, as far as it goes by now; it takes the place of the one before.
    case run([Event])
    /// What was written since.
    case more([Event])
    /// A word to the person.
    case told(String, isWarning: Bool)
    /// Its writer has let go of it.
    case ended
  }

  /// What is watched.
  enum Subject: Sendable {
    /// A file; whether it is a saved run.
    case file(String, isSaved: Bool)
    case newest(RunFolder)
  }

  private let subject: Subject
  private static let pause: UInt32 = 50_000
  /// Looks at the followed file between two looks for a newer one.
  private static let looksPerSearch = 10

  /// The run that `name` means: `latest` and what comes after it, or a file or saved run.
  init(_ name: String, in folder: RunFolder) throws {
    if name == "latest", !FileManager.default.fileExists(atPath: name) {
      subject = .newest(folder)
    } else {
      let path = try TraceArgument.path(name, in: folder)
      subject = .file(path, isSaved: path != name)
    }
  }

  /// Whether it ends with the run that is watched.
  var isOfOneRun: Bool { if case .file = subject { true } else { false } }

  /// What is seen, from a thread of its own, until nobody listens any more.
  ///
  /// A file that cannot be followed ends it, with the reason.
  func sights() -> AsyncThrowingStream<Sight, any Error> {
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: Sight.self)
    Thread.detachNewThread { [subject] in
      var watcher = Watcher(subject)
      do {
        while true {
          for sight in try watcher.look() {
            if case .terminated = continuation.yield(sight) { return }
          }
          usleep(Self.pause)
          // Nobody hears of a yield that is not made.
          if case .terminated = continuation.yield(.more([])) { return }
        }
      } catch {
        continuation.finish(throwing: error)
      }
    }
    return stream
  }

  private struct Watcher {
    let subject: Subject
    var follower: TraceFollower?
    var hasToldOfNone = false
    var looks = 0

    init(_ subject: Subject) {
      self.subject = subject
    }

    private var isSaved: Bool { if case .file(_, let isSaved) = subject { isSaved } else { true } }

    mutating func look() throws -> [Sight] {
      var sights: [Sight] = []
      if let path = newPath(), path != follower?.path {
        if follower != nil {
          sights.append(
            .told("A newer run: \(URL(filePath: path).lastPathComponent)", isWarning: false))
        }
        follower = TraceFollower(path: path, isSaved: isSaved)
        sights.append(.run([]))
      }
      guard follower != nil else {
        defer { hasToldOfNone = true }
        return hasToldOfNone
          ? [] : [.told("There is no run yet; the first that begins is shown.", isWarning: false)]
      }
      for finding in try follower?.look() ?? [] {
        switch finding {
        case .events(let events):
          sights.append(.more(events))
        case .damaged(let sentence):
          sights.append(.told(sentence, isWarning: true))
        case .replaced:
          sights += [
            .run([]),
            .told("The file was replaced or cut short; the new one is shown.", isWarning: true),
          ]
        case .removed:
          sights.append(
            .told("The file was removed; what was read of it stays here.", isWarning: true))
        case .ended(let closing):
          sights.append(.more(closing))
          // Of many runs, one after another, nobody wants to hear it of each.
          if case .file = subject {
            sights.append(.told("No program writes this run any more.", isWarning: false))
          }
          sights.append(.ended)
        }
      }
      return sights
    }

    /// The file to be followed from now on; nil for no other. A run at work is not left.
    private mutating func newPath() -> String? {
      switch subject {
      case .file(let path, _): return path
      case .newest(let folder):
        defer { looks += 1 }
        guard looks % RunWatch.looksPerSearch == 0, follower?.isBeingWritten != true else {
          return nil
        }
        return (try? folder.id(of: "latest")).map(folder.path(ofRun:))
      }
    }
  }
}
