import Traces

/// A published way to let two models reason together, as the options of this program set it up.
///
/// What of each paper is in it, and what is not, stands in docs/methods.md.
public struct EvaluationMethod: Sendable, Equatable {
  /// A short name.
  public let name: String
  /// Options and their values, as people write them. Of the others, those in ``policy`` are the
  /// program's defaults, and the rest those of the evaluation.
  public let settings: [String: String]

  /// What `settings` set up, under a name of its own.
  public init(name: String, settings: [String: String]) {
    self.name = name
    self.settings = settings
  }

  /// All of them: those without judgements first, then by what decides about a step.
  public static let all: [EvaluationMethod] = [
    EvaluationMethod(name: "base", settings: ["mode": "base"]),
    EvaluationMethod(name: "draft", settings: ["mode": "draft"]),
    EvaluationMethod(name: "spec-decode", settings: ["mode": "spec-decode"]),
    EvaluationMethod(name: "specreason", settings: published.merging(["mode": "reason"]) { $1 }),
    EvaluationMethod(
      name: "specreason+decode", settings: published.merging(["mode": "reason+decode"]) { $1 }),
    EvaluationMethod(
      name: "candidates",
      settings: [
        "mode": "reason", "judge": "reference", "score": "average", "threshold": "7",
        "candidates": "3",
      ]),
    EvaluationMethod(
      name: "lookahead",
      settings: ["mode": "reason", "judge": "likelihood", "threshold": "5", "lookahead": "4"]),
    EvaluationMethod(
      name: "glimpse", settings: ["mode": "reason", "judge": "nobody", "glimpse": "1"]),
    EvaluationMethod(
      name: "cascade",
      settings: [
        "mode": "reason", "judge": "short", "score": "average", "threshold": "7",
        "cascade": "confidence,3,8.5",
      ]),
    EvaluationMethod(
      name: "confspec",
      settings: [
        "mode": "reason", "judge": "short", "score": "average", "threshold": "7",
        "cascade": "self,0,7",
      ]),
    EvaluationMethod(
      name: "confidence", settings: ["mode": "reason", "judge": "confidence", "threshold": "7"]),
    EvaluationMethod(
      name: "speculative-thinking",
      settings: [
        "mode": "reason", "judge": "nobody", "triggers": "reflection,verification,returns=15",
      ]),
    EvaluationMethod(
      name: "trigreason",
      settings: [
        "mode": "reason", "judge": "nobody", "first-base-steps": "2",
        "triggers": "returns=3,perplexity=1.01",
      ]),
    EvaluationMethod(name: "stitch", settings: ["mode": "stitch", "stitch": "0.5"]),
  ]

  /// The judge, score and threshold of the published script.
  private static let published = ["judge": "reference", "score": "greedy", "threshold": "7"]

  /// The method as a configuration of an evaluation.
  public var configuration: EvaluationConfiguration {
    var options = RunOptions()
    Self.apply(settings, to: &options)
    var configuration = EvaluationConfiguration(mode: options.mode)
    if options.mode.judgesSteps {
      configuration.judge = options.judge
      if options.judge != .nobody { configuration.threshold = options.threshold }
      configuration.firstBaseSteps = options.firstBaseSteps
    }
    configuration.method = name
    configuration.settings = settings
    return configuration
  }

  /// Options that say who writes and judges a step: a method is what it sets of them and nothing else.
  static let policy: Set = [
    "threshold", "score", "judge", "second-judge", "cascade", "glimpse", "triggers", "lookahead",
    "candidates", "adapt", "unreadable", "first-base-steps",
  ]

  /// Puts the options in ``policy`` back to the program's defaults.
  static func resetPolicy(of options: inout RunOptions) {
    for option in RunOption.all where policy.contains(option.name) {
      options.apply(Setting(option, option.defaultValue))
    }
  }

  /// Changes `options` to what `settings` say, as far as they can be read.
  static func apply(_ settings: [String: String], to options: inout RunOptions) {
    for option in RunOption.all {
      guard let text = settings[option.name], let setting = try? Setting(option, from: text) else {
        continue
      }
      options.apply(setting)
    }
  }
}
