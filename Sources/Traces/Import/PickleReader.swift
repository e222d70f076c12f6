import Foundation

/// Reads a pickle of plain data (protocols 0 to 5) and runs nothing in it.
///
/// A pickle is a program for a small stack machine that can import and call anything. Only the
/// opcodes that build numbers, texts, lists and dictionaries are known here. Of calls there are
/// three, done by this reader itself and by no Python: numpy's scalars and their types, and the
/// bytes of protocols below 3. Anything else is refused by its name.
///
/// The format: Lib/pickletools.py of CPython.
package struct PickleReader {
  private enum Item {
    /// A value, and how many lists are in each other in it.
    case value(PythonValue, depth: Int)
    /// A list or a dictionary that opcodes may still add to.
    case growing(PickleContainer)
    case mark
    /// A list that was kept; it may have grown since.
    case kept
    /// Something that a pickle names, such as `numpy.dtype`.
    case global(String)
    /// A type of numpy's scalars, such as `f8`.
    case type(String)
  }

  /// Each step takes some dozens; more would only cost memory.
  private static let mostOpcodes = 1 << 22
  /// The script's steps have about ten.
  private static let mostKeys = 64
  /// UTF-8 bytes that may be meant again: a few bytes of a pickle can recall a text of any length.
  private static let mostRecalledBytes = 64 << 20

  private var input: PickleBytes
  private var stack: [Item] = []
  private var memo: [Int: Item] = [:]
  private var recalledBytes = 0

  /// The value that `content` holds.
  package static func value(in content: Data) throws(PythonValue.Unreadable) -> PythonValue {
    var reader = PickleReader(PickleBytes(content))
    return try reader.read()
  }

  private init(_ input: PickleBytes) { self.input = input }

  private mutating func read() throws(PythonValue.Unreadable) -> PythonValue {
    var opcodes = 0
    while true {
      let code = try input.opcode()
      if code == UInt8(ascii: ".") { break }
      opcodes += 1
      guard opcodes <= Self.mostOpcodes else { throw wrong("the pickle goes on for too long") }
      try run(code)
    }
    guard stack.count == 1 else { throw wrong("the pickle ends with \(stack.count) values") }
    return try value()
  }

  private func wrong(_ reason: String) -> PythonValue.Unreadable { input.wrong(reason) }

  // MARK: Opcodes

  private mutating func run(_ code: UInt8) throws(PythonValue.Unreadable) {
    switch code {
    case 0x80: _ = try input.byte()
    case 0x95: _ = try input.taken(8)
    case UInt8(ascii: "("): stack.append(.mark)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try poppedToMark()
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.flag(true))
    case 0x89: push(.flag(false))
    case UInt8(ascii: "J"): push(.integer(Int(Int32(truncatingIfNeeded: try input.count(4)))))
    case UInt8(ascii: "K"): push(.integer(try input.count(1)))
    case UInt8(ascii: "M"): push(.integer(try input.count(2)))
    case 0x8A: try pushLong(try input.count(1))
    case UInt8(ascii: "I"):
      try pushLine {
        ["01": .flag(true), "00": .flag(false)][$0] ?? Int($0).map { .integer($0) }
      }
    case UInt8(ascii: "L"):
      try pushLine { Int($0.hasSuffix("L") ? String($0.dropLast()) : $0).map { .integer($0) } }
    case UInt8(ascii: "F"): try pushLine { Double($0).map { .number($0) } }
    case UInt8(ascii: "G"): push(.number(PickleBytes.double(Array(try input.taken(8).reversed()))))
    case 0x8C: try pushText(try input.count(1))
    case UInt8(ascii: "X"): try pushText(try input.count(4))
    case 0x8D: try pushText(try input.count(8))
    case UInt8(ascii: "U"): try pushText(try input.count(1))
    case UInt8(ascii: "T"): try pushText(try input.count(4))
    case UInt8(ascii: "V"): push(.text(try input.rawUnicodeLine()))
    case UInt8(ascii: "C"): push(.bytes(Array(try input.taken(try input.count(1)))))
    case UInt8(ascii: "B"): push(.bytes(Array(try input.taken(try input.count(4)))))
    case 0x8E: push(.bytes(Array(try input.taken(try input.count(8)))))
    default: try runStructure(code)
    }
  }

  private mutating func runStructure(_ code: UInt8) throws(PythonValue.Unreadable) {
    switch code {
    case UInt8(ascii: "]"): stack.append(.growing(PickleContainer(isMapping: false)))
    case UInt8(ascii: "}"): stack.append(.growing(PickleContainer(isMapping: true)))
    case UInt8(ascii: ")"): push(.tuple([]))
    case UInt8(ascii: "l"): try pushContainer(try poppedToMark(), isMapping: false)
    case UInt8(ascii: "t"): try pushTuple(try poppedToMark())
    case UInt8(ascii: "d"): try pushContainer(try poppedToMark(), isMapping: true)
    case 0x85, 0x86, 0x87:
      var items: [Item] = []
      for _ in 0..<Int(code - 0x84) { items.insert(try pop(), at: 0) }
      try pushTuple(items)
    // What is added has left the stack before the list is looked for.
    case UInt8(ascii: "a"):
      let item = try pop()
      try add([item])
    case UInt8(ascii: "e"), UInt8(ascii: "u"):
      let items = try poppedToMark()
      try add(items)
    case UInt8(ascii: "s"):
      let item = try pop()
      let key = try pop()
      try add([key, item])
    case UInt8(ascii: "p"): try keep(try input.numberLine())
    case UInt8(ascii: "q"): try keep(try input.count(1))
    case UInt8(ascii: "r"): try keep(try input.count(4))
    case 0x94: try keep(memo.count)
    case UInt8(ascii: "g"): try recall(try input.numberLine())
    case UInt8(ascii: "h"): try recall(try input.count(1))
    case UInt8(ascii: "j"): try recall(try input.count(4))
    default: try runCall(code)
    }
  }

  // MARK: Calls

  private mutating func runCall(_ code: UInt8) throws(PythonValue.Unreadable) {
    switch code {
    case UInt8(ascii: "c"):
      let module = try input.line()
      stack.append(.global("\(module).\(try input.line())"))
    case 0x93:
      guard case .text(let name) = try value(), case .text(let module) = try value() else {
        throw wrong("a name is no text")
      }
      stack.append(.global("\(module).\(name)"))
    case UInt8(ascii: "R"):
      let arguments = try pop()
      guard case .global(let name) = try pop() else { throw wrong("what is called has no name") }
      stack.append(try called(name, arguments))
    case UInt8(ascii: "b"):
      let state = try value()
      guard case .type = try top(), case .tuple(let parts) = state, parts.count > 1,
        parts[1] != .text(">")
      else { throw wrong("an object would be changed by the pickle, which is not done") }
    default:
      let text = String(UnicodeScalar(code))
      throw wrong(
        "there is the opcode \(code < 0x80 && code > 0x20 ? "`\(text)`" : "\(code)"), which plain "
          + "data does not need")
    }
  }

  private func called(_ name: String, _ arguments: Item) throws(PythonValue.Unreadable) -> Item {
    switch (name, arguments) {
    case ("numpy.dtype", .value(.tuple(let parts), _)):
      if let kind = parts.first?.asText { return .type(kind) }
    case ("numpy.core.multiarray.scalar", .value(.tuple(let parts), _)),
      ("numpy._core.multiarray.scalar", .value(.tuple(let parts), _)):
      if parts.count == 2, let kind = parts[0].asText, case .bytes(let bytes) = parts[1],
        let value = PickleBytes.scalar(kind, bytes)
      {
        return .value(value, depth: 0)
      }
    case ("_codecs.encode", .value(.tuple(let parts), _)):
      if let text = parts.first?.asText, parts.count == 2, parts[1] == .text("latin1") {
        let bytes = text.unicodeScalars.map { UInt8(exactly: $0.value) }
        if !bytes.contains(nil) { return .value(.bytes(bytes.compactMap(\.self)), depth: 0) }
      }
    default: break
    }
    throw wrong("the pickle would call \(name.prefix(80)), which is not done")
  }

  // MARK: Stack

  private mutating func push(_ value: PythonValue, depth: Int = 0) {
    stack.append(.value(value, depth: depth))
  }

  private mutating func pushLine(
    _ read: (String) -> PythonValue?
  ) throws(PythonValue.Unreadable) {
    guard let value = read(try input.line()) else {
      throw wrong("there is no value that can be read")
    }
    push(value)
  }

  private mutating func pushText(_ length: Int) throws(PythonValue.Unreadable) {
    push(.text(String(decoding: try input.taken(length), as: UTF8.self)))
  }

  private mutating func pushLong(_ length: Int) throws(PythonValue.Unreadable) {
    guard length <= 8 else { throw wrong("there is a number beyond 64 bits") }
    let bytes = Array(try input.taken(length))
    let isNegative = bytes.last.map { $0 & 0x80 != 0 } ?? false
    let fill: [UInt8] = Array(repeating: isNegative ? 0xFF : 0, count: 8 - bytes.count)
    push(.integer(Int(truncatingIfNeeded: PickleBytes.whole(bytes + fill))))
  }

  /// A tuple; a type of numpy's within stands as its text.
  private mutating func pushTuple(_ items: [Item]) throws(PythonValue.Unreadable) {
    push(.tuple(try values(items)), depth: try depth(around: items))
  }

  private mutating func pushContainer(
    _ items: [Item], isMapping: Bool
  ) throws(PythonValue.Unreadable) {
    stack.append(.growing(PickleContainer(isMapping: isMapping)))
    try add(items)
  }

  /// How many lists are in each other where `items` are in one.
  private func depth(around items: [Item]) throws(PythonValue.Unreadable) -> Int {
    let depth = items.reduce(0) { depth, item in
      switch item {
      case .value(_, let inner): max(depth, inner + 1)
      case .growing(let container): max(depth, container.depth + 1)
      default: depth
      }
    }
    guard depth <= PythonValue.deepestNesting else { throw wrong("lists are nested too deeply") }
    return depth
  }

  private mutating func pop() throws(PythonValue.Unreadable) -> Item {
    guard let item = stack.popLast() else { throw wrong("there is no value on the stack") }
    return item
  }

  private func top() throws(PythonValue.Unreadable) -> Item {
    guard let item = stack.last else { throw wrong("there is no value on the stack") }
    return item
  }

  private mutating func value() throws(PythonValue.Unreadable) -> PythonValue {
    let item = try pop()
    return try values([item])[0]
  }

  private func values(_ items: [Item]) throws(PythonValue.Unreadable) -> [PythonValue] {
    var values: [PythonValue] = []
    for item in items {
      switch item {
      case .value(let value, _): values.append(value)
      case .growing(let container): values.append(container.value)
      case .type(let kind): values.append(.text(kind))
      case .global(let name): throw wrong("the pickle names \(name.prefix(80)), which is no data")
      case .mark, .kept: throw wrong("a mark stands where a value is expected")
      }
    }
    return values
  }

  private mutating func poppedToMark() throws(PythonValue.Unreadable) -> [Item] {
    let mark = stack.lastIndex { if case .mark = $0 { true } else { false } }
    guard let mark else { throw wrong("there is no mark on the stack") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[(mark + 1)...])
  }

  /// Keeps what is on the stack to be recalled.
  private mutating func keep(_ place: Int) throws(PythonValue.Unreadable) {
    let item = try top()
    switch item {
    case .growing: memo[place] = .kept
    case .value(.tuple(let parts), _): memo[place] = parts.isEmpty ? item : .kept
    default: memo[place] = item
    }
  }

  /// Texts, numbers and names can be meant twice. A list that is may have grown since, and lists in
  /// lists may grow without end.
  private mutating func recall(_ place: Int) throws(PythonValue.Unreadable) {
    guard let item = memo[place] else { throw wrong("the pickle recalls what it did not keep") }
    switch item {
    case .kept: throw wrong("the pickle has the same list in two places")
    case .value(.text(let text), _), .global(let text), .type(let text):
      recalledBytes += text.utf8.count
    case .value(.bytes(let bytes), _): recalledBytes += bytes.count
    default: break
    }
    guard recalledBytes <= Self.mostRecalledBytes else {
      throw wrong("the pickle has the same texts too often")
    }
    stack.append(item)
  }

  /// Adds `items` to the list or dictionary on the stack.
  private func add(_ items: [Item]) throws(PythonValue.Unreadable) {
    let values = try values(items)
    guard case .growing(let container) = try top() else {
      throw wrong("something is added to what is no list")
    }
    container.depth = max(container.depth, try depth(around: items))
    guard container.isMapping else {
      container.list += values
      return
    }
    guard values.count.isMultiple(of: 2) else { throw wrong("a key has no value") }
    for place in stride(from: 0, to: values.count, by: 2) {
      guard let key = values[place].asText else { throw wrong("a key is no text") }
      container.mapping[key] = values[place + 1]
    }
    guard container.mapping.count <= Self.mostKeys else {
      throw wrong("a dictionary has too many keys")
    }
  }
}
