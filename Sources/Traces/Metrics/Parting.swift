/// Where two turns that were asked the same part.
public enum Parting: Sendable, Equatable {
  /// At this step, counted from 1: the first whose kept text differs, or that only one of them has.
  case step(Int)
  /// At the answer, after the same steps.
  case answer

  /// Where `one` and `other` part; nil where they keep the same text to the end.
  public init?(_ one: TurnState, _ other: TurnState) {
    let texts = [one, other].map { turn in turn.steps.compactMap { $0.committed?.text } }
    let common = zip(texts[0], texts[1]).prefix { $0 == $1 }.count
    if common < max(texts[0].count, texts[1].count) {
      self = .step(common + 1)
    } else if one.answerText != other.answerText {
      self = .answer
    } else {
      return nil
    }
  }
}

extension RunState {
  /// The turns of this run and of `other` that ask the same, by their places: those at the same place
  /// first, then the first that is left. Where no question is shared, the last turns.
  public func turnsAskedAlso(in other: RunState) -> [(own: Int, other: Int)] {
    var pairs: [(own: Int, other: Int)] = []
    var free = Set(other.turns.indices)
    func isSame(_ own: Int, _ place: Int) -> Bool {
      turns[own].prompt == other.turns[place].prompt
    }
    for own in turns.indices where free.contains(own) && isSame(own, own) {
      pairs.append((own, own))
      free.remove(own)
    }
    for own in turns.indices where !pairs.contains(where: { $0.own == own }) {
      guard let place = other.turns.indices.first(where: { free.contains($0) && isSame(own, $0) })
      else { continue }
      pairs.append((own, place))
      free.remove(place)
    }
    if pairs.isEmpty, !turns.isEmpty, !other.turns.isEmpty {
      pairs = [(turns.count - 1, other.turns.count - 1)]
    }
    return pairs.sorted { $0.own < $1.own }
  }
}
