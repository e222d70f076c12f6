import TestSupport
import Testing

@testable import Traces

struct AcceptanceThresholdTests {
  @Test(arguments: 0..<200)
  func `a share lets at least so many of the own steps pass, and no higher threshold does`(
    seed: UInt64
  ) throws {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 5...60, using: &random)
    // Hundredths, as a threshold has, so that ties are common.
    let scores = (0..<count).map { _ in Double(Int.random(in: 0...900, using: &random)) / 100 }
    let share = Double(Int.random(in: 1...100, using: &random)) / 100
    let threshold = try #require(
      AcceptanceThreshold.threshold(accepting: share, of: scores.shuffled(using: &random)))
    func passing(_ threshold: Double) -> Double {
      Double(scores.count { $0 >= threshold }) / Double(count)
    }
    #expect(passing(threshold) >= share - 1e-9)
    #expect(threshold >= scores.max() ?? 0 || passing(threshold + 0.01) < share + 1 / Double(count))
    let laxer = try #require(
      AcceptanceThreshold.threshold(accepting: min(1, share + 0.1), of: scores))
    #expect(laxer <= threshold)
  }

  @Test func `a share of known scores is their percentile`() {
    let scores = (1...10).map(Double.init).map { $0 - 1 }
    for (share, threshold) in [(0.8, 2.0), (0.9, 1), (1, 0), (0.5, 5), (0.1, 9), (0.01, 9)] {
      #expect(AcceptanceThreshold.threshold(accepting: share, of: scores) == threshold)
    }
    #expect(AcceptanceThreshold.threshold(accepting: 0.8, of: [6, 6, 6, 6]) == nil)
    #expect(AcceptanceThreshold.threshold(accepting: .nan, of: scores) == nil)
    #expect(AcceptanceThreshold.threshold(accepting: 1e300, of: scores) == nil)
  }

  @Test(arguments: [
    ("7", AcceptanceThreshold.score(7)), ("5.5", .score(5.5)), ("80%", .share(0.8)),
    ("82.5 %", .share(0.825)), ("100%", .share(1)),
  ])
  func `it is written as a score or a share`(text: String, threshold: AcceptanceThreshold) throws {
    let setting = try Setting(.threshold, from: text)
    var options = RunOptions()
    options.apply(setting)
    #expect(options.acceptance == threshold)
    #expect(setting.value.text == threshold.text)
    #expect(throws: Never.self) { try options.validate() }
    // A trace keeps it.
    let event = Event(time: 1, kind: .control(.set(setting)))
    #expect(try TraceCoding.event(from: try TraceCoding.line(event)) == event)
  }

  @Test(arguments: ["-1", "9.5", "0%", "101%", "nan%", "nan", "x%", "%", "", "80 percent"])
  func `anything else is refused in one sentence`(text: String) {
    #expect(throws: OptionError.self) { try Setting(.threshold, from: text) }
  }

  @Test func `a score takes the place of a share, and a share leaves the score until it is known`()
  {
    var options = RunOptions()
    options.apply(.of("threshold", "80%"))
    #expect(options.threshold == 7 && options.thresholdShare == 0.8)
    options.apply(.of("threshold", "5"))
    #expect(options.threshold == 5 && options.thresholdShare == nil)
  }

  @Test func `a share and a threshold that moves by itself exclude each other`() {
    var options = RunOptions()
    options.apply(.of("threshold", "80%"))
    options.apply(.of("adapt", "acceptance=0.8"))
    #expect(throws: OptionError.self) { try options.validate() }
    do throws(OptionError) { try options.validate() } catch {
      #expect(
        "\(error)"
          == "--adapt must be off where the threshold is a share, not acceptance=0.8.")
    }
  }

  @Test func `own scores count by their judge and method`() {
    var judged = StepJudged(
      step: 1, score: 6.2, greedy: 9, average: 6.2, probabilities: [], readable: true,
      promptTokens: 9, seconds: 1)
    let scored = StepScored(judged, by: .short)
    #expect(scored.score(by: .short, .average) == 6.2)
    #expect(scored.score(by: .short, .greedy) == 9)
    #expect(scored.score(by: .likelihood, .average) == nil)
    judged.score = nil
    #expect(StepScored(judged, by: .short).score(by: .short, .greedy) == nil)
  }
}
