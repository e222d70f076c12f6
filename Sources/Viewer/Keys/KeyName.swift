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

extension Key.Code {
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
