import Foundation
import Traces

// Writes a run into the folder given, step after step without end, and tells on standard output
// which step is saved, so that a test can kill it anywhere and see what was kept.
let folder = RunFolder(path: CommandLine.arguments[1])
let writer = folder.begin { print("failed: \($0)") }
var time = 0.0

@MainActor func append(_ kind: Event.Kind) {
  time += 0.001
  writer.append(Event(time: time, kind: kind))
}

append(.turnStarted(TurnStarted(turn: 1, prompt: "How many bolts?")))
for step in 1... {
  for word in ["Half", " of", " 2", " is", " 1."] {
    append(.token(TokenWritten(step: step, by: .draft, text: word)))
  }
  append(
    .stepCommitted(
      StepCommitted(
        step: step, by: .draft, status: .draftAccepted, text: "Half of 2 is 1.", tokens: 5,
        seconds: 0.1, cut: false)))
  writer.flush()
  let line = "\(step)\n"
  _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
}
