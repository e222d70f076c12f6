import Backends
import Foundation
import Evaluation
import Traces

/// What an evaluation's results depend on, as names and values.
enum EvaluationSettings {
  /// The settings of `plan` over `problems` with the models of `pair`.
  static func of(
    _ plan: EvaluationPlan, problems: [Problem], models: LocalEngine.Files, _ pair: PairOptions
  ) throws -> [String: String] {
    var settings: [String: String] = [
      "configurations": plan.configurations.map(\.description).joined(separator: " "),
      "seeds": plan.seeds.map(String.init).joined(separator: " "),
      "samples": "\(plan.samples)",
      "problems": "\(problems.count), checksum \(checksum(of: problems))",
      "base": try describe(models.base),
      "draft": try models.draft.map(describe) ?? "none",
      "chatTemplate": pair.chatTemplate ?? "the model's own",
      "draftChatTemplate": pair.draftChatTemplate ?? "as the base model's or its own",
      "kvCache": "\(pair.engineOptions.cacheFormat)",
      "context": pair.context.map { "\($0)" } ?? "the model's own",
      "threads": pair.engineOptions.compute.threads.map { "\($0)" } ?? "one a core",
    ]
    // What varies between configurations stands in them already.
    let varying: Set = ["mode", "threshold", "judge", "first-base-steps", "seed"]
    for option in RunOption.all where !varying.contains(option.name) {
      settings[option.name] = option.value(in: plan.options).text
    }
    return settings
  }

  /// A model's file and its size, as the same name may come to hold another model; of a server its
  /// address.
  private static func describe(_ path: String) throws -> String {
    if ServerAddress.isMeant(by: path) { return try ServerAddress(path).whole }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    return "\(path) of \(size ?? 0) bytes"
  }

  /// A checksum of the problems and their answers.
  private static func checksum(of problems: [Problem]) -> String {
    StableHash.checksum(
      of: problems.map { "\($0.problem)\u{0}\($0.answer)\u{0}" }.joined().utf8)
  }
}
