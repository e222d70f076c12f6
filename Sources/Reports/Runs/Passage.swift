import Traces
import Viewer

/// A passage of a turn's reasoning as every export tells it: a rejected draft, or a step's kept text.
struct Passage: Equatable {
  /// The step it belongs to, counted from 1 in its turn.
  var step: Int
  /// What became of it.
  var look: StepLook
  /// The text as the model wrote it.
  var text: String
  /// The reason of the decision, whether it was cut, and the like.
  var remarks: [String]
}

extension StepState {
  /// The draft if it was rejected, then what was kept.
  var passages: [Passage] {
    var passages: [Passage] = []
    if let rejectedDraft, let decided {
      passages.append(
        Passage(step: number, look: .rejected, text: rejectedDraft, remarks: [decided.reason]))
    }
    guard let committed else {
      let text = rejectedDraft == nil ? drafted?.text ?? draftText + baseText : baseText
      if !text.isEmpty {
        passages.append(
          Passage(
            step: number, look: .unfinished, text: text,
            remarks: [routed?.reason].compactMap(\.self)))
      }
      return passages
    }
    var remarks = [routed?.reason].compactMap(\.self)
    if let decided, decided.verdict == .accepted { remarks.append(decided.reason) }
    if committed.cut { remarks.append("cut") }
    if isIdenticalRewrite { remarks.append("the same words again") }
    passages.append(
      Passage(
        step: number, look: committed.status.look, text: committed.text, remarks: remarks))
    return passages
  }
}
