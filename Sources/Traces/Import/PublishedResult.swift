import Foundation

/// A result file of the published script (`spec_reason.py` of ruipeterpan/specreason, commit 8c5ee05):
/// a list with a dictionary for each step, as a pickle or as `pprint` writes it.
///
/// It has texts, tokens and scores. It has no times, no probabilities, and neither the problem, the
/// models nor the options.
package struct PublishedResult: Sendable, Equatable {
  /// A step of the reasoning.
  package struct Step: Sendable, Equatable {
    /// The text that was kept.
    var text: String
    /// The draft, with its tokens; nil where the base model wrote at once.
    var draft: Written?
    /// What the base model wrote; nil where the draft was accepted.
    var base: Written?
    /// The judge's score of the draft, 0 to 9.
    var score: Double?
    /// The token that the judge wrote.
    var justification: String?
    /// Something that the script remarked.
    var warning: String?
  }

  /// A text of one model.
  struct Written: Sendable, Equatable {
    var text: String
    var tokens: Int
  }

  /// Why a file is no result, in one sentence.
  package struct Flaw: Error, Sendable, Equatable, CustomStringConvertible {
    /// The sentence.
    package var description: String
  }

  /// The steps, in order.
  package private(set) var steps: [Step] = []
  /// Why it ended: `finished` or `budget`; nil where an error ended it.
  package private(set) var stopReason: String?

  /// The greatest number of tokens that the script lets a step have.
  static let stepLimit = 512
  /// A step that counts more tokens is no step: so many have no sum that could overflow.
  static let mostTokens = 10_000_000
  /// The threshold that the script has unless told otherwise.
  static let usualThreshold = 7.0

  /// Reads a file's content.
  package init(_ content: Data) throws(Flaw) {
    let value: PythonValue
    do throws(PythonValue.Unreadable) {
      let isText = content.first { !($0 == 0x20 || (9...13).contains($0)) } == UInt8(ascii: "[")
      value = try isText ? PythonLiteral.value(in: content) : PickleReader.value(in: content)
    } catch {
      throw Flaw(description: "This is no result file that can be read: \(error)")
    }
    guard case .list(let entries) = value, !entries.isEmpty else {
      throw Flaw(description: "This is no result file: it holds no list of steps.")
    }
    for (index, entry) in entries.enumerated() {
      guard case .mapping(let fields) = entry, let step = Step(fields) else {
        throw Flaw(
          description:
            "Step \(index + 1) has not the fields of a step, or a number that no step can have.")
      }
      steps.append(step)
      stopReason = fields["stop_reason"]?.asText
    }
  }

  /// The threshold by which the steps were decided: the script's own where they agree with it, else
  /// the least score that was accepted. Nil where no one threshold explains the decisions.
  package var threshold: Double? {
    let judged = steps.filter { $0.draft != nil }
    let accepted = judged.filter { $0.base == nil }.compactMap(\.score).min()
    let rejected = judged.filter { $0.base != nil }.compactMap(\.score).max()
    if accepted ?? 9 >= Self.usualThreshold, rejected ?? 0 < Self.usualThreshold {
      return Self.usualThreshold
    }
    guard rejected ?? -1 < accepted ?? 10 else { return nil }
    return accepted ?? rejected.map { min(9, $0.rounded(.down) + 1) }
  }
}

extension PublishedResult.Step {
  fileprivate init?(_ fields: [String: PythonValue]) {
    func written(_ text: String, _ tokens: String) -> PublishedResult.Written? {
      guard let text = fields[text]?.asText else { return nil }
      let count = fields[tokens]?.asNumber.flatMap { Int(exactly: $0) } ?? 0
      return PublishedResult.Written(text: text, tokens: count)
    }
    guard let text = fields["step_str"]?.asText else { return nil }
    self.text = text
    draft = written("small_model_step", "num_output_tokens_small")
    base = written("base_model_step", "num_output_tokens_base")
    score = fields["score"]?.asNumber
    if let score, !(0...9).contains(score) { return nil }
    justification = fields["justification"]?.asText
    warning = fields["warning"]?.asText
    guard draft != nil || base != nil,
      [draft, base].allSatisfy({ (0...PublishedResult.mostTokens).contains($0?.tokens ?? 0) })
    else { return nil }
  }
}
