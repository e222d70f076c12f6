import ArgumentParser
import DemoPair

/// `specreason examples`: the held-out problems of the demo pair.
struct Examples: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print problems for the demo pair that its training never saw.")

  @Option(help: "How many to print. [default: all]")
  var count: Int?

  @Flag(help: "One JSON object a line: problem, answer, family.")
  var json = false

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count must be 1 or more.") }
  }

  func run() throws {
    let problems = try DemoPair.problems().prefix(count ?? .max)
    for problem in problems {
      if json {
        try Printing.json(problem)
      } else {
        Printing.line("\(problem.problem)\n  answer \(problem.answer)\n")
      }
    }
  }
}
