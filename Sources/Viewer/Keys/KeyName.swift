extension Key {
  /// The key as people write it, such as `Ctrl-C` or `PgUp`.
  public var name: String {
    var parts: [String] = []
    if modifiers.contains(.control) { parts.append("Ctrl") }
    if modifiers.contains(.alt) { parts.append("Alt") }
    if modifiers.contains(.shift) { parts.append("Shift") }
    parts.append(code.name(isCommand: !modifiers.isEmpty))
    return parts.joined(separator: "-")
  }
}

extension Key {
  /// The key that people call `name`, such as `Ctrl-C`, `Alt-Enter`, `F5`, `PgUp`, `↑` or `]`; nil
  /// when there is no such key. Capitals count only where they are all there is: `T` is Shift-t,
  /// and `ctrl-c` is `Ctrl-C`.
  public init?(name: String) {
    var modifiers: Modifiers = []
    var rest = name[...]
    while let (prefix, modifier) = Self.modifierNames.first(where: {
      rest.lowercased().hasPrefix($0.0) && rest.count > $0.0.count
    }) {
      modifiers.insert(modifier)
      rest = rest.dropFirst(prefix.count)
    }
    if let code = Code.named[rest.lowercased()] {
      self.init(code, modifiers)
    } else if let character = rest.first, rest.count == 1, !character.isWhitespace {
      self.init(typing: character, modifiers)
    } else {
      return nil
    }
  }

  private static let modifierNames: [(String, Modifiers)] = [
    ("ctrl-", .control), ("control-", .control), ("alt-", .alt), ("meta-", .alt),
    ("shift-", .shift),
  ]

  /// Shift is a part of a character; with Ctrl and Alt terminals send the small letter.
  private init(typing character: Character, _ modifiers: Modifiers) {
    var modifiers = modifiers
    let isShifted = modifiers.remove(.shift) != nil
    let text = String(character)
    let letter = modifiers.isEmpty ? (isShifted ? text.uppercased() : text) : text.lowercased()
    // The same bytes mean both, and terminals know only these.
    let sameBytes: [String: Code] = ["i": .tab, "m": .enter, "[": .escape, "h": .backspace]
    if modifiers.contains(.control), let code = sameBytes[letter] {
      modifiers.remove(.control)
      self.init(code, modifiers)
    } else {
      self.init(.character(letter.first ?? character), modifiers)
    }
  }

  /// Whether it writes something by itself, where text is being written.
  var isTyped: Bool {
    if case .character = code { return modifiers.isEmpty }
    return false
  }
}

extension Key.Code {
  /// Keys with names, by their names in small letters.
  fileprivate static let named: [String: Key.Code] = {
    let all: [Key.Code] = [
      .character(" "), .enter, .tab, .escape, .backspace, .delete, .insert, .left, .right, .up,
      .down, .home, .end, .pageUp, .pageDown, .wheelUp, .wheelDown,
    ]
    var names = Dictionary(
      uniqueKeysWithValues: all.map { ($0.name(isCommand: false).lowercased(), $0) })
    for number in 1...24 { names["f\(number)"] = .function(number) }
    let others: [String: Key.Code] = [
      "left": .left, "right": .right, "up": .up, "down": .down, "pageup": .pageUp,
      "pagedown": .pageDown, "escape": .escape, "delete": .delete, "insert": .insert,
      "return": .enter,
    ]
    return names.merging(others) { $1 }
  }()

  fileprivate func name(isCommand: Bool) -> String {
    switch self {
    case .character(" "): "Space"
    case .character(let character): isCommand ? character.uppercased() : String(character)
    case .enter: "Enter"
    case .tab: "Tab"
    case .escape: "Esc"
    case .backspace: "Backspace"
    case .delete: "Del"
    case .insert: "Ins"
    case .left: "←"
    case .right: "→"
    case .up: "↑"
    case .down: "↓"
    case .home: "Home"
    case .end: "End"
    case .pageUp: "PgUp"
    case .pageDown: "PgDn"
    case .function(let number): "F\(number)"
    case .wheelUp: "Wheel up"
    case .wheelDown: "Wheel down"
    }
  }
}
