import Foundation
import Reasoning
import Testing

@testable import Backends

/// What a judge's token says, as servers tell it.
struct DigitReadingTests {
  private static func outcome(
    _ text: String, _ logprob: Double? = nil, _ tops: [(String, Double)] = []
  ) -> Speaker.Outcome {
    var outcome = Speaker.Outcome()
    outcome.text = text
    outcome.tokens = [
      CompletionPiece.Token(
        text: text, logprob: logprob,
        tops: tops.map { CompletionPiece.Top(text: $0.0, logprob: $0.1) })
    ]
    return outcome
  }

  @Test func `a digit counts with and without a space before it`() {
    let reading = DigitReading(
      Self.outcome("7", log(0.6), [("7", log(0.6)), (" 7", log(0.1)), ("3", log(0.2))]))
    #expect(abs(reading.probabilities[7] - 0.7) < 1e-9)
    #expect(abs(reading.probabilities[3] - 0.2) < 1e-9)
    #expect(reading.isReadable)
    #expect(abs((reading.unseen ?? 0) - 0.1) < 1e-9)
  }

  @Test func `a most probable token that is no digit is unreadable`() {
    let reading = DigitReading(
      Self.outcome(" The", log(0.8), [(" The", log(0.8)), ("9", log(0.1))]))
    #expect(!reading.isReadable && abs(reading.probabilities[9] - 0.1) < 1e-9)
  }

  @Test func `the digits alone, with a better token beside them`() {
    // vLLM tells the ten that were asked for and the one that it chose.
    let digits = (0...9).map { ("\($0)", log($0 == 9 ? 0.2 : 0.01)) }
    let reading = DigitReading(Self.outcome("x", log(0.7), digits + [("x", log(0.7))]))
    #expect(!reading.isReadable && abs(reading.probabilities[9] - 0.2) < 1e-9)
  }

  @Test func `without probabilities the text is all there is`() {
    let reading = DigitReading(Self.outcome("6"))
    #expect(reading.isReadable && reading.unseen == nil)
    #expect(reading.probabilities == (0...9).map { $0 == 6 ? 1 : 0 })
    #expect(!DigitReading(Self.outcome("so")).isReadable)
    #expect(!DigitReading(Speaker.Outcome()).isReadable)
  }

  @Test func `false probabilities do not count`() {
    // A server that speculates tells zeros, which would be a certainty each.
    let zeros = DigitReading(Self.outcome("6", 0, [("6", 0), ("7", 0), ("8", 0)]))
    #expect(zeros.probabilities == (0...9).map { $0 == 6 ? 1 : 0 })
    let odd = DigitReading(
      Self.outcome("6", -0.1, [("6", -0.1), ("5", -9999), ("4", .nan), ("3", -.infinity)]))
    #expect(odd.isReadable && odd.probabilities[4] == 0 && odd.probabilities[5] == 0)
    #expect(odd.probabilities.allSatisfy { $0.isFinite && $0 >= 0 && $0 <= 1 })
  }
}
