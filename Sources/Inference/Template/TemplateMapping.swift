/// A dictionary that keeps its order.
struct TemplateMapping {
  /// What tells keys apart: as in Python, numbers and bools of one value are one key.
  private enum Key: Hashable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)
    case tuple([Key])

    init?(_ value: TemplateValue) {
      switch value {
      case .null: self = .null
      case .bool(let bool): self = .integer(bool ? 1 : 0)
      case .integer(let integer): self = .integer(integer)
      case .real(let real): self = Int(exactly: real).map(Key.integer) ?? .real(real)
      case .text(let text): self = .text(text.string)
      case .tuple(let elements):
        let keys = elements.compactMap(Key.init)
        guard keys.count == elements.count else { return nil }
        self = .tuple(keys)
      default: return nil
      }
    }
  }

  /// The keys as they were given first.
  private(set) var keys: [TemplateValue] = []
  private var values: [Key: TemplateValue] = [:]

  init() {}

  init(_ pairs: KeyValuePairs<String, TemplateValue>) {
    for (key, value) in pairs { self[key] = value }
  }

  /// The value of a text.
  subscript(key: String) -> TemplateValue? {
    get { values[.text(key)] }
    set {
      if let newValue { set(.own(key), to: newValue) }
    }
  }

  /// The value of `key`; nil where it is not there.
  func value(of key: TemplateValue) -> TemplateValue? { Key(key).flatMap { values[$0] } }

  /// Gives `key` a value; false where it can be no key, as a list.
  @discardableResult
  mutating func set(_ key: TemplateValue, to value: TemplateValue) -> Bool {
    guard let place = Key(key) else { return false }
    if values.updateValue(value, forKey: place) == nil { keys.append(key) }
    return true
  }

  /// Pairs of keys and values, in order.
  var pairs: [(key: TemplateValue, value: TemplateValue)] {
    keys.map { ($0, value(of: $0) ?? .null) }
  }

  /// The pairs as values.
  var items: [TemplateValue] { pairs.map { .tuple([$0.key, $0.value]) } }
}
