import ArgumentParser
import Evaluation
import Traces

/// A row of the table, as a person writes it: options and their values.
struct EvaluationRow: ExpressibleByArgument {
  /// The row under its own text as its name.
  let method: EvaluationMethod

  /// Options as `NAME=VALUE` with spaces between; nil where one is unknown, has another kind of value, or
  /// stands twice, and where the text cannot be a part of a file's name.
  init?(argument: String) {
    guard argument.utf8.count <= 150, !argument.contains(where: { $0 == "/" || $0.isNewline })
    else {
      return nil
    }
    var settings: [String: String] = [:]
    for part in argument.split(separator: " ") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let option = RunOption.named(String(sides[0])),
        (try? Setting(option, from: String(sides[1]))) != nil,
        settings.updateValue(String(sides[1]), forKey: option.name) == nil
      else { return nil }
    }
    guard !settings.isEmpty else { return nil }
    method = EvaluationMethod(
      name: argument.split(separator: " ").joined(separator: " "), settings: settings)
  }
}
