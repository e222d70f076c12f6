import ArgumentParser
import Foundation
import Terminal
import Traces
import Viewer

/// `specreason replay --follow`: a run while another process writes it.
extension Replay {
  /// Shows the run in the viewer until the person quits; the writer goes on.
  func show(_ watch: RunWatch) throws {
    var following = try RecordingScreen(screen, saving.folder)
    following.state.follow()
    let watching = Task.detached { [inbox = following.inbox] in
      do {
        for try await sight in watch.sights() {
          switch sight {
          case .run(let events): inbox.post(.following(events))
          case .more(let events): if !events.isEmpty { inbox.post(.followed(events)) }
          case .told(let text, let isWarning): inbox.post(.told(text, isWarning: isWarning))
          case .ended: break
          }
        }
      } catch {
        inbox.post(.told(Failure.sentence(about: error), isWarning: true))
      }
    }
    defer { watching.cancel() }
    try following.show()
  }

  /// Prints the run as lines, or as `run` does, until its writer lets go of it or a signal comes.
  func print(_ watch: RunWatch, inLines: Bool) throws {
    try Foreground.run(onSignal: .abandon) {
      var teller = LinearTeller()
      var printer = PlainPrinter()
      for try await sight in watch.sights() {
        switch sight {
        case .run:
          (teller, printer) = (LinearTeller(), PlainPrinter())
        case .more(let events):
          for event in events {
            if inLines {
              teller.lines(for: event).forEach(Printing.line)
            } else {
              printer.show(event)
            }
          }
        case .told(let text, _): Failure.report("specreason: \(text)")
        case .ended: if watch.isOfOneRun { return }
        }
      }
    }
  }
}
