import Traces

/// Requests to the judges of ``JudgeKind``.
public enum Prompts {
  /// How `kind` asks; `own` is the wording of a judge of your own. A judge that asks no model is told
  /// as `likelihood`, which asks nothing.
  public static func judge(
    _ kind: JudgeKind, own: JudgeWording = .short
  ) -> JudgeRequest.Judge {
    switch kind.prompt(own: own) {
    case .wording(let wording), .itself(let wording):
      .wording(question: wording.question, opening: wording.opening)
    case .continuation(let opening, _): .continuation(opening: opening)
    case .likelihood, .confidence, .nobody: .likelihood
    }
  }

  /// What the base model must see before the chat; nil if none of `kinds` needs a rubric.
  public static func rubric(for kinds: [JudgeKind?]) -> String? {
    let rubrics = kinds.compactMap(\.self).compactMap { kind in
      if case .continuation(_, let rubric) = kind.prompt(own: .short) { rubric } else { nil }
    }
    return rubrics.isEmpty ? nil : Set(rubrics).sorted().joined(separator: "\n\n")
  }
}
