import Traces

extension Coach {
  /// How the person can do what the coach says.
  package enum Way: Sendable {
    /// In the viewer, with this key for the suggestion.
    case viewer(key: String)
    case commandLine
    /// Not at all: a recording is shown.
    case none
  }

  /// One line that says what to do, of at most `columns` if it can be that short; nil where there is
  /// nothing to say.
  package func line(_ way: Way, columns: Int = .max) -> String? {
    let lines = lines(way)
    return lines.first { $0.count <= columns } ?? lines.last
  }

  /// The line from its longest form to its shortest.
  private func lines(_ way: Way) -> [String] {
    let scores = "\(Format.fixed(range.lowerBound, 1))–\(Format.fixed(range.upperBound, 1))"
    let tau = "τ \(Format.score(threshold))"
    switch advice {
    case nil: return []
    case .flat:
      let remedy = remedy(way).map { "; try \($0)" } ?? ""
      return [
        "your judge is flat, \(scores) in \(count) steps: no τ tells good from bad\(remedy)",
        "flat judge, \(scores) in \(count) steps: no τ helps\(remedy)",
        "flat judge, \(scores): no τ helps",
      ]
    case .nothingPasses(let suggestion):
      let told = suggestion.map { "; \(words(for: $0, way, isAfterTau: true))" } ?? ""
      return [
        "your judge gives \(scores): at \(tau) nothing passes\(told)",
        "judge \(scores), nothing at \(tau)\(told)",
      ] + (suggestion.map { [words(for: $0, way), shortWords(for: $0, way)] } ?? [])
    case .evidence(let right, let wrong, let suggestion):
      let drafts = [
        right > 0 ? Format.count(right, "right draft", "right drafts") + " rejected" : nil,
        wrong > 0 ? Format.count(wrong, "wrong draft passes", "wrong drafts pass") : nil,
      ].compactMap(\.self).joined(separator: ", ")
      return [
        "your judge gives \(scores): at \(tau) \(drafts); "
          + words(for: suggestion, way, isAfterTau: true),
        "\(drafts): \(words(for: suggestion, way))",
        words(for: suggestion, way), shortWords(for: suggestion, way),
      ]
    }
  }

  private func words(
    for suggestion: Suggestion, _ way: Way, isAfterTau: Bool = false
  ) -> String {
    let tau = Format.fixed(suggestion.threshold, 1)
    let words = "\(isAfterTau ? "" : "τ ")\(tau) accepts \(suggestion.accepts) of \(count)"
    switch way {
    case .viewer(let key): return "\(words); \(key) sets it"
    case .commandLine: return "\(words); try --threshold \(tau)"
    case .none: return words
    }
  }

  private func shortWords(for suggestion: Suggestion, _ way: Way) -> String {
    let tau = Format.fixed(suggestion.threshold, 1)
    return switch way {
    case .viewer(let key): "\(key) sets τ \(tau)"
    case .commandLine: "try --threshold \(tau)"
    case .none: "try τ \(tau)"
    }
  }

  /// What else than a threshold can be tried.
  private func remedy(_ way: Way) -> String? {
    switch (way, !judge.hasDigits) {
    case (.viewer, false): "/set judge likelihood"
    case (.viewer, true): "/mode spec-decode"
    case (.commandLine, false): "--judge likelihood"
    case (.commandLine, true): "--mode spec-decode"
    case (.none, _): nil
    }
  }
}
