/// Filters of lists, and of what can be taken for one.
extension TemplateRenderer {
  mutating func filteredList(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> TemplateValue {
    func bound(_ parameters: String...) throws(TemplateError) -> [TemplateValue?] {
      try bind(arguments, of: name, to: parameters)
    }
    switch name {
    case "length", "count":
      _ = try bound()
      if case .text(let text) = value { return .integer(text.count) }
      return .integer(try elements(of: value).count)
    case "first", "last":
      _ = try bound()
      let elements = try elements(of: value)
      return (name == "first" ? elements.first : elements.last) ?? .undefined(name)
    case "list":
      _ = try bound()
      return .list(try elements(of: value))
    case "reverse":
      _ = try bound()
      if case .text(let text) = value { return .text(TemplateText(text.characters.reversed())) }
      return .list(try elements(of: value).reversed())
    case "unique": return try unique(value, try bound("case_sensitive", "attribute"))
    case "sort": return try sorted(value, try bound("reverse", "case_sensitive", "attribute"))
    case "min", "max": return try extreme(value, name, try bound("case_sensitive", "attribute"))
    case "groupby":
      return try grouped(value, try bound("attribute", "default", "case_sensitive"))
    case "dictsort": return try sortedPairs(value, try bound("case_sensitive", "by", "reverse"))
    case "sum":
      let bound = try bound("attribute", "start")
      var sum = bound[1] ?? .integer(0)
      for element in try elements(of: value) {
        sum = try combined(sum, "+", try part(bound[0], of: element))
      }
      return sum
    case "batch": return try batches(value, try bound("linecount", "fill_with"))
    case "slice": return try slices(value, try bound("slices", "fill_with"))
    case "join":
      let bound = try bound("d", "attribute")
      let parts = try elements(of: value).map { element throws(TemplateError) in
        try part(bound[1], of: element)
      }
      return try joined(
        .list(parts), with: bound[0]?.text ?? TemplateText("", isControl: true))
    case "select", "reject", "selectattr", "rejectattr":
      return .list(try chosen(value, name, arguments))
    case "map": return .list(try mapped(try elementsOrNone(of: value), arguments))
    default: throw error(.unsupported(name))
    }
  }

  /// The elements to choose from; what is false, such as none, has none, as in Jinja.
  private func elementsOrNone(
    of value: TemplateValue
  ) throws(TemplateError) -> [TemplateValue] {
    value.isTrue ? try elements(of: value) : []
  }

  // MARK: Order

  /// What `element` is ordered by: its attribute, in lower case unless case counts.
  private func key(
    _ element: TemplateValue, _ attribute: TemplateValue?, caseCounts: Bool
  ) throws(TemplateError) -> TemplateValue {
    let key = try part(attribute, of: element)
    guard case .text(let text) = key, !caseCounts else { return key }
    return .text(text.mapped { $0.properties.lowercaseMapping })
  }

  /// Pairs of keys and values in the order of their keys, equal ones as they were.
  private func ordered(
    _ pairs: [(key: TemplateValue, value: TemplateValue)], isReversed: Bool
  ) throws(TemplateError) -> [(key: TemplateValue, value: TemplateValue)] {
    var stranger: TemplateValue?
    let sorted = pairs.enumerated().sorted { one, other in
      if one.element.key.equals(other.element.key) { return one.offset < other.offset }
      guard let precedes = one.element.key.precedes(other.element.key) else {
        stranger = one.element.key
        return one.offset < other.offset
      }
      return precedes != isReversed
    }
    if let stranger { throw error(.type("sort \(stranger.kind)")) }
    return sorted.map(\.element)
  }

  private func sorted(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    let caseCounts = bound[1]?.isTrue ?? false
    var pairs: [(key: TemplateValue, value: TemplateValue)] = []
    for element in try elements(of: value) {
      var keys: [TemplateValue] = []
      // Several attributes stand with commas between them.
      var paths = [bound[2]]
      if case .text(let text) = bound[2] {
        paths = text.string.split(separator: ",").map { TemplateValue.own(String($0)) }
      }
      for path in paths { keys.append(try key(element, path, caseCounts: caseCounts)) }
      pairs.append((keys.count == 1 ? keys[0] : .tuple(keys), element))
    }
    return .list(try ordered(pairs, isReversed: bound[0]?.isTrue ?? false).map(\.value))
  }

  private func sortedPairs(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    guard case .mapping(let mapping) = value else { throw error(.type("sort \(value.kind)")) }
    let by = try text(bound[1], "dictsort")?.string ?? "key"
    guard by == "key" || by == "value" else { throw error(.unsupported("dictsort by \(by)")) }
    let pairs = try mapping.pairs.map { pair throws(TemplateError) in
      let subject = by == "key" ? pair.key : pair.value
      return (
        key: try key(subject, nil, caseCounts: bound[0]?.isTrue ?? false),
        value: TemplateValue.tuple([pair.key, pair.value])
      )
    }
    return .list(try ordered(pairs, isReversed: bound[2]?.isTrue ?? false).map(\.value))
  }

  private func extreme(
    _ value: TemplateValue, _ name: String, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    let pairs = try elements(of: value).map { element throws(TemplateError) in
      (
        key: try key(element, bound[1], caseCounts: bound[0]?.isTrue ?? false), value: element
      )
    }
    return try ordered(pairs, isReversed: name == "max").first?.value ?? .undefined(name)
  }

  private func unique(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    var keys: [TemplateValue] = []
    var found: [TemplateValue] = []
    for element in try elements(of: value) {
      let key = try key(element, bound[1], caseCounts: bound[0]?.isTrue ?? false)
      if keys.contains(where: { $0.equals(key) }) { continue }
      guard keys.count < 1_000 else { throw error(.tooMuch("elements")) }
      keys.append(key)
      found.append(element)
    }
    return .list(found)
  }

  /// Pairs of a key and the elements that have it.
  private func grouped(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    guard let attribute = bound[0] else { throw error(.type("group by nothing")) }
    let caseCounts = bound[2]?.isTrue ?? false
    var pairs: [(key: TemplateValue, value: TemplateValue)] = []
    var names: [TemplateValue] = []
    for element in try elements(of: value) {
      var name = try part(attribute, of: element)
      if name.isUndefined, let fallback = bound[1] { name = fallback }
      pairs.append((try key(name, nil, caseCounts: caseCounts), .tuple([name, element])))
    }
    var groups: [[TemplateValue]] = []
    var last: TemplateValue?
    for (key, pair) in try ordered(pairs, isReversed: false) {
      guard case .tuple(let parts) = pair else { continue }
      if let last, last.equals(key) {
        groups[groups.count - 1].append(parts[1])
      } else {
        names.append(parts[0])
        groups.append([parts[1]])
      }
      last = key
    }
    return .list(zip(names, groups).map { .tuple([$0, .list($1)]) })
  }

  // MARK: Parts

  /// Rows of so many elements.
  private func batches(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    let count = try integer(bound[0], "batch", default: 0)
    guard count > 0 else { throw error(.type("make rows of \(count)")) }
    let elements = try elements(of: value)
    var rows = stride(from: 0, to: elements.count, by: min(count, max(1, elements.count))).map {
      Array(elements[$0..<min($0 + count, elements.count)])
    }
    if let fill = bound[1], let last = rows.last, last.count < count {
      guard count <= 100_000 else { throw error(.tooMuch("elements")) }
      rows[rows.count - 1] += repeatElement(fill, count: count - last.count)
    }
    return .list(rows.map { .list($0) })
  }

  /// So many rows, the first of them longer by one where the elements do not share out evenly.
  private func slices(
    _ value: TemplateValue, _ bound: [TemplateValue?]
  ) throws(TemplateError) -> TemplateValue {
    let count = try integer(bound[0], "slice", default: 0)
    guard (1...100_000).contains(count) else { throw error(.type("make \(count) rows")) }
    let elements = try elements(of: value)
    let (length, longer) = elements.count.quotientAndRemainder(dividingBy: count)
    var rows: [TemplateValue] = []
    var start = 0
    for row in 0..<count {
      let end = start + length + (row < longer ? 1 : 0)
      var part = Array(elements[start..<end])
      if let fill = bound[1], longer > 0, row >= longer { part.append(fill) }
      rows.append(.list(part))
      start = end
    }
    return .list(rows)
  }

  // MARK: Choices

  /// Elements that pass, or fail, the test that the arguments name, by an attribute of theirs or by
  /// themselves; being true is the test where they name none.
  private mutating func chosen(
    _ value: TemplateValue, _ name: String, _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> [TemplateValue] {
    let hasAttribute = name.hasSuffix("attr")
    guard !hasAttribute || !arguments.positional.isEmpty else { throw error(.unsupported(name)) }
    let attribute = hasAttribute ? arguments.positional[0] : nil
    let rest = arguments.dropFirst(hasAttribute ? 1 : 0)
    let test = try rest.positional.first.map { value throws(TemplateError) in
      try text(value, name)?.string ?? ""
    }
    if test == nil { _ = try bind(rest, of: name, to: []) }
    var chosen: [TemplateValue] = []
    for element in try elementsOrNone(of: value) {
      let subject = try part(attribute, of: element)
      let passes =
        if let test { try self.test(subject, test, rest.dropFirst(1)) } else { subject.isTrue }
      if passes == name.hasPrefix("select") { chosen.append(element) }
    }
    return chosen
  }

  private mutating func mapped(
    _ elements: [TemplateValue], _ arguments: TemplateCallArguments
  ) throws(TemplateError) -> [TemplateValue] {
    if let name = arguments.positional.first {
      let name = try text(name, "map")?.string ?? ""
      let rest = arguments.dropFirst(1)
      var mapped: [TemplateValue] = []
      for element in elements {
        mapped.append(
          try deeper { renderer throws(TemplateError) in
            try renderer.filtered(element, name, rest)
          })
      }
      return mapped
    }
    let bound = try bind(arguments, of: "map", to: ["attribute", "default"], required: 1)
    return try elements.map { element throws(TemplateError) in
      let part = try part(bound[0], of: element)
      return part.isUndefined ? bound[1] ?? part : part
    }
  }

  /// The part of `element` that an attribute of the form `a.b.0` names; itself for none.
  private func part(
    _ attribute: TemplateValue?, of element: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    guard let attribute else { return element }
    if case .integer = attribute { return try self.element(attribute, of: element) }
    guard let path = try text(attribute, "attribute")?.string else { return element }
    var part = element
    for name in path.split(separator: ".") {
      if part.isUndefined { return part }
      part = try self.element(Int(name).map { .integer($0) } ?? .own(String(name)), of: part)
    }
    return part
  }
}
