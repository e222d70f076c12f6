/// Reads the key-value pairs of a GGUF file.
enum MetadataReader {
  private static let longestKey = 65_535
  private static let longestString = 16 << 20
  private static let longestArray = 4 << 20
  private static let largestAlignment = 4096

  /// `count` pairs from the cursor on.
  static func read(
    count: Int, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> [String: GGUFValue] {
    var metadata: [String: GGUFValue] = [:]
    for _ in 0..<count {
      let start = cursor.offset
      let (key, isASCII) = try key(&cursor)
      let typeOffset = cursor.offset
      let number = try cursor.integer(UInt32.self, "the type of \"\(key)\"")
      guard let type = ValueType(rawValue: number) else {
        throw cursor.error(
          .badValue(key: key, problem: "has the unknown type \(number)"), at: typeOffset)
      }
      if key == "general.alignment", type != .uint32 {
        throw cursor.error(
          .badValue(key: key, problem: "is not of type UINT32"), at: typeOffset)
      }
      let value = try value(type, key, &cursor)
      if key == "general.alignment", case .integer(let alignment) = value,
        !(1...largestAlignment).contains(alignment) || alignment & (alignment - 1) != 0
      {
        throw cursor.error(
          .outOfRange(
            key: key, value: String(alignment),
            allowed: "a power of two from 1 to \(largestAlignment)"),
          at: typeOffset)
      }
      // Nothing reads a key that is not ASCII.
      guard !isASCII || metadata.updateValue(value, forKey: key) == nil else {
        throw cursor.error(.duplicateKey(key), at: start)
      }
    }
    return metadata
  }

  private static func key(
    _ cursor: inout ByteCursor
  ) throws(GGUFError) -> (key: String, isASCII: Bool) {
    let start = cursor.offset
    let bytes = try cursor.counted(limit: longestKey, "a metadata key")
    let key = String(decoding: bytes, as: UTF8.self)
    guard !bytes.isEmpty else { throw cursor.error(.badKey(key, problem: "is empty"), at: start) }
    return (key, bytes.allSatisfy { $0 < 0x80 })
  }

  /// The value types, by their numbers in the format.
  private enum ValueType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array
    case uint64, int64, float64

    /// Bytes of the smallest value of this type.
    var smallest: Int {
      switch self {
      case .uint8, .int8, .bool: 1
      case .uint16, .int16: 2
      case .uint32, .int32, .float32: 4
      case .uint64, .int64, .float64, .string: 8
      case .array: 12
      }
    }
  }

  private static func value(
    _ type: ValueType, _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> GGUFValue {
    switch type {
    case .float32, .float64: .real(try real(type, key, &cursor))
    case .bool: .bool(try bool(key, &cursor))
    case .string: .string(try string(key, &cursor))
    case .array: try array(key, &cursor)
    default: .integer(try integer(type, key, &cursor))
    }
  }

  private static func array(
    _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> GGUFValue {
    let start = cursor.offset
    let number = try cursor.integer(UInt32.self, "the element type of \"\(key)\"")
    guard let type = ValueType(rawValue: number), type != .array else {
      let problem = number == 9 ? "is an array of arrays" : "has the unknown type \(number)"
      throw cursor.error(.badValue(key: key, problem: problem), at: start)
    }
    let countOffset = cursor.offset
    let claimed = try cursor.integer(UInt64.self, "the length of \"\(key)\"")
    let limit = min(cursor.remaining / type.smallest, longestArray)
    guard claimed <= UInt64(limit) else {
      throw cursor.error(
        .countTooLarge(field: "a length of \"\(key)\"", count: claimed, limit: limit),
        at: countOffset)
    }
    let count = Int(claimed)
    switch type {
    case .float32, .float64:
      return .reals(
        try elements(count, &cursor) { (c) throws(GGUFError) in try real(type, key, &c) })
    case .bool:
      return .bools(try elements(count, &cursor) { (c) throws(GGUFError) in try bool(key, &c) })
    case .string: return try strings(count, key, &cursor)
    default:
      return .integers(
        try elements(count, &cursor) { (c) throws(GGUFError) in try integer(type, key, &c) })
    }
  }

  private static func elements<T>(
    _ count: Int, _ cursor: inout ByteCursor,
    _ read: (inout ByteCursor) throws(GGUFError) -> T
  ) throws(GGUFError) -> [T] {
    var result: [T] = []
    result.reserveCapacity(count)
    for _ in 0..<count { result.append(try read(&cursor)) }
    return result
  }

  private static func strings(
    _ count: Int, _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> GGUFValue {
    var strings: [String] = []
    strings.reserveCapacity(count)
    for _ in 0..<count {
      let bytes = try cursor.counted(limit: longestString, "\"\(key)\"")
      guard let string = String(validating: bytes, as: UTF8.self) else {
        var all = strings.map { Array($0.utf8) } + [Array(bytes)]
        while all.count < count {
          all.append(Array(try cursor.counted(limit: longestString, "\"\(key)\"")))
        }
        return .byteStrings(all)
      }
      strings.append(string)
    }
    return .strings(strings)
  }

  private static func integer(
    _ type: ValueType, _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> Int {
    switch type {
    case .uint8: return Int(try cursor.integer(UInt8.self, "\"\(key)\""))
    case .int8: return Int(try cursor.integer(Int8.self, "\"\(key)\""))
    case .uint16: return Int(try cursor.integer(UInt16.self, "\"\(key)\""))
    case .int16: return Int(try cursor.integer(Int16.self, "\"\(key)\""))
    case .uint32: return Int(try cursor.integer(UInt32.self, "\"\(key)\""))
    case .int32: return Int(try cursor.integer(Int32.self, "\"\(key)\""))
    case .int64: return Int(try cursor.integer(Int64.self, "\"\(key)\""))
    default:
      // Whoever reads such a number has a range for it.
      return Int(clamping: try cursor.integer(UInt64.self, "\"\(key)\""))
    }
  }

  private static func real(
    _ type: ValueType, _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> Double {
    if type == .float64 {
      return Double(bitPattern: try cursor.integer(UInt64.self, "\"\(key)\""))
    }
    return Double(Float(bitPattern: try cursor.integer(UInt32.self, "\"\(key)\"")))
  }

  private static func bool(
    _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> Bool {
    let start = cursor.offset
    let byte = try cursor.integer(UInt8.self, "\"\(key)\"")
    guard byte <= 1 else {
      throw cursor.error(
        .badValue(key: key, problem: "is a bool of \(byte), neither 0 nor 1"), at: start)
    }
    return byte == 1
  }

  /// A string; bytes that are not UTF-8 become U+FFFD.
  private static func string(
    _ key: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> String {
    String(decoding: try cursor.counted(limit: longestString, "\"\(key)\""), as: UTF8.self)
  }
}
