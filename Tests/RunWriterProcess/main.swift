import Foundation
import Traces

// Writes a run into the folder given, of as many steps as given, and tells on standard output which
// step is saved, so that a test can kill it anywhere, or take its disk away, and see what was kept.
let folder = RunFolder(path: CommandLine.arguments[1])
let writer = folder.begin { print("given up: \($0)") }
func append(_ kind: Event.Kind) {
  writer.save(Event(time: 0, kind: kind))
}

append(.turnStarted(TurnStarted(turn: 1, prompt: "How many bolts?")))
for step in 1...(CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? .max) {
  for word in ["Half", " of", " 2", " is", " 1."] {
    append(.token(TokenEvent(step: step, by: .draft, text: word)))
  }
  append(
    .stepCommitted(
      StepCommitted(
        step: step, by: .draft, status: .draftAccepted, text: "Half of 2 is 1.", tokens: 5,
        seconds: 0.1, cut: false)))
  let line = "\(step)\n"
  _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
}
