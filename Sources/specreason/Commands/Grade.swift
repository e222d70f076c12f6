import ArgumentParser
import Evaluation
import Foundation

/// `specreason grade`: pairs of answers graded as `eval` grades, without a model.
struct Grade: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Grade pairs of a given and an expected answer, without a model.",
    discussion: """
      A file has one pair a line: tab-separated or comma-separated values, the given answer first \
      unless a head names the columns given and expected; or JSON Lines with the fields given and \
      expected. The answer is what eval takes: of a longer text its last box, or what it says the \
      answer is.
      """)

  @Argument(help: "A file of pairs; - for standard input.")
  var file: String

  @Flag(help: "Print one JSON object a line: line, given, expected, answer, equal, compared.")
  var json = false

  private struct Line: Encodable {
    var line: Int
    var given: String
    var expected: String
    var answer: String
    var equal: Bool
    var compared: String
  }

  func run() throws {
    let content =
      file == "-" ? try InputFile.standardInput() : try InputFile.content(of: file)
    let (pairs, flaws) = AnswerPair.pairs(in: content)
    for flaw in flaws { Failure.report("specreason: left out \(file), \(flaw)") }
    guard !pairs.isEmpty else {
      throw ValidationError("There is no pair of answers in \(file).")
    }
    var equal = 0
    for pair in pairs {
      let answer = GivenAnswer(in: pair.given)?.text ?? ""
      let comparison = AnswerChecker.compare(answer, pair.expected)
      equal += comparison.equal ? 1 : 0
      if json {
        try Printing.json(
          Line(
            line: pair.place, given: pair.given, expected: pair.expected, answer: answer,
            equal: comparison.equal, compared: comparison.way.rawValue))
      } else {
        let verdict = comparison.equal ? "equal    " : "different"
        Printing.line(
          "\(verdict)  \(pair.given)  ·  \(pair.expected)  (compared as \(comparison.way.rawValue))"
        )
      }
    }
    if !json { Printing.line("\(equal) of \(pairs.count) equal") }
  }
}
