extension Scope {
  /// The scope of a step's text by the scope of its state; any other scope itself.
  var body: Scope { Self.bodies[self] ?? self }

  /// The scopes of steps' texts by the scopes of their states.
  static let bodies: [Scope: Scope] = [
    .stepDrafting: .stepDraftingText, .stepJudging: .stepJudgingText,
    .stepAccepted: .stepAcceptedText, .stepRejected: .stepRejectedText,
    .stepRegenerated: .stepRegeneratedText, .stepBase: .stepBaseText, .stepDraft: .stepDraftText,
  ]
}

extension Color {
  /// The contrast by WCAG 2 (AAA) that long texts are read at with ease.
  static let readingContrast = 7.0
  /// How much of the text's own colour is in a softened one.
  private static let softness = 0.55

  /// This colour between itself and `text`, and then as far from `ground` as reading needs; nil
  /// unless all three are RGB.
  func softened(towards text: Color, on ground: Color) -> Color? {
    guard let soft = mixed(with: text, Self.softness), case .rgb = ground else { return nil }
    let far: Color =
      ground.isLight ? .rgb(red: 0, green: 0, blue: 0) : .rgb(red: 255, green: 255, blue: 255)
    let steps = 20
    let shades = (0...steps).compactMap { soft.mixed(with: far, Double($0) / Double(steps)) }
    return shades.first { $0.contrast(with: ground) >= Self.readingContrast } ?? far
  }

  /// The colour with the share `share` (0 to 1) of `other` in it; nil unless both are RGB.
  private func mixed(with other: Color, _ share: Double) -> Color? {
    guard case .rgb(let red, let green, let blue) = self,
      case .rgb(let otherRed, let otherGreen, let otherBlue) = other
    else { return nil }
    func mix(_ from: UInt8, _ to: UInt8) -> UInt8 {
      UInt8(max(0, min(255, (Double(from) + (Double(to) - Double(from)) * share).rounded())))
    }
    return .rgb(red: mix(red, otherRed), green: mix(green, otherGreen), blue: mix(blue, otherBlue))
  }
}

extension [Scope: Style] {
  /// The looks with those of steps' texts: softened where colours are known, the text's own where
  /// they are the terminal's.
  func softened(on ground: Color?) -> [Scope: Style] {
    var looks = self
    for (state, body) in Scope.bodies where looks[body] == nil {
      guard let strong = self[state] else { continue }
      let text = self[.text] ?? Style()
      let color = strong.foreground.flatMap { strong -> Color? in
        guard let text = text.foreground, let ground else { return nil }
        return strong.softened(towards: text, on: ground)
      }
      looks[body] = Style(
        foreground: color ?? text.foreground, background: strong.background,
        attributes: strong.attributes.intersection(color == nil ? .dim : []))
    }
    return looks
  }
}
