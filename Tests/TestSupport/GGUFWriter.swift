import Foundation

/// Writes GGUF files for tests: right ones, and wrong ones on purpose.
///
/// It shares nothing with the reader under test. What a method does not allow can be written with
/// `rawPair` and `rawTensor`, or by changing the bytes afterwards.
public struct GGUFWriter: Sendable {
  /// The type numbers of metadata values.
  private enum ValueType {
    static let uint16: UInt32 = 2
    static let uint32: UInt32 = 4
    static let int32: UInt32 = 5
    static let float32: UInt32 = 6
    static let bool: UInt32 = 7
    static let string: UInt32 = 8
    static let array: UInt32 = 9
  }

  /// The four bytes at the beginning.
  public var magic: [UInt8] = Array("GGUF".utf8)
  /// The format's version.
  public var version: UInt32 = 3
  /// What the header claims, where it is to differ from what is written.
  public var claimedTensorCount: UInt64?
  /// What the header claims, where it is to differ from what is written.
  public var claimedPairCount: UInt64?
  /// Bytes that the data section and each tensor in it are aligned to.
  public var alignment = 32
  private var pairs: [[UInt8]] = []
  private var tensors: [(description: [UInt8], offset: UInt64?, data: [UInt8])] = []

  /// A file without metadata and tensors.
  public init() {}

  /// Adds a pair whose value is `bytes` as they stand.
  public mutating func rawPair(_ key: [UInt8], type: UInt32, _ bytes: [UInt8]) {
    pairs.append(Self.counted(key) + Self.bytes(type) + bytes)
  }

  /// Adds an unsigned integer.
  public mutating func set(_ key: String, _ value: UInt32) {
    rawPair(Array(key.utf8), type: ValueType.uint32, Self.bytes(value))
  }

  /// Adds a short unsigned integer.
  public mutating func set(_ key: String, _ value: UInt16) {
    rawPair(Array(key.utf8), type: ValueType.uint16, Self.bytes(value))
  }

  /// Adds a signed integer.
  public mutating func set(_ key: String, _ value: Int32) {
    rawPair(Array(key.utf8), type: ValueType.int32, Self.bytes(value))
  }

  /// Adds a float.
  public mutating func set(_ key: String, _ value: Float) {
    rawPair(Array(key.utf8), type: ValueType.float32, Self.bytes(value.bitPattern))
  }

  /// Adds a string.
  public mutating func set(_ key: String, _ value: String) {
    rawPair(Array(key.utf8), type: ValueType.string, Self.counted(Array(value.utf8)))
  }

  /// Adds a bool.
  public mutating func set(_ key: String, _ value: Bool) {
    rawPair(Array(key.utf8), type: ValueType.bool, [value ? 1 : 0])
  }

  /// Adds an array of strings.
  public mutating func set(_ key: String, _ values: [String]) {
    rawPair(
      Array(key.utf8), type: ValueType.array,
      Self.bytes(ValueType.string) + Self.bytes(UInt64(values.count))
        + values.flatMap { Self.counted(Array($0.utf8)) })
  }

  /// Adds an array of integers.
  public mutating func set(_ key: String, _ values: [Int32]) {
    rawPair(
      Array(key.utf8), type: ValueType.array,
      Self.bytes(ValueType.int32) + Self.bytes(UInt64(values.count))
        + values.flatMap { Self.bytes($0) })
  }

  /// Adds a tensor of ggml's type number `type`, its contiguous dimension first. `offset` in the
  /// data section is chosen where it is nil.
  public mutating func tensor(
    _ name: String, type: UInt32, _ dimensions: [Int64], _ data: [UInt8], offset: UInt64? = nil
  ) {
    rawTensor(Array(name.utf8), type: type, dimensions, data, offset: offset)
  }

  /// As `tensor`, with a name of any bytes, and any number of dimensions claimed.
  public mutating func rawTensor(
    _ name: [UInt8], type: UInt32, claimedDimensions: UInt32? = nil, _ dimensions: [Int64],
    _ data: [UInt8], offset: UInt64? = nil
  ) {
    let description =
      Self.counted(name) + Self.bytes(claimedDimensions ?? UInt32(dimensions.count))
      + dimensions.flatMap { Self.bytes($0) } + Self.bytes(type)
    tensors.append((description, offset, data))
  }

  /// The same model in several files as `gguf-split` cuts it: the first has the metadata, and
  /// part i the tensors from `firstTensors[i]` on.
  public func parts(firstTensors: [Int]) -> [GGUFWriter] {
    let ends = firstTensors.dropFirst() + [tensors.count]
    return zip(firstTensors, ends).enumerated().map { number, range in
      var part = GGUFWriter()
      part.alignment = alignment
      if number == 0 { part.pairs = pairs }
      part.set("split.no", UInt16(number))
      part.set("split.count", UInt16(firstTensors.count))
      part.set("split.tensors.count", Int32(tensors.count))
      part.tensors = Array(tensors[range.0..<range.1])
      return part
    }
  }

  /// The file's bytes before its data section, without the padding between.
  public var header: [UInt8] {
    var result = magic + Self.bytes(version)
    result += Self.bytes(claimedTensorCount ?? UInt64(tensors.count))
    result += Self.bytes(claimedPairCount ?? UInt64(pairs.count))
    for pair in pairs { result += pair }
    var end = 0
    for tensor in tensors {
      result += tensor.description + Self.bytes(tensor.offset ?? UInt64(end))
      end += padded(tensor.data.count)
    }
    return result
  }

  /// The whole file.
  public var bytes: [UInt8] {
    var result = header
    result += [UInt8](repeating: 0, count: padded(result.count) - result.count)
    for tensor in tensors {
      result += tensor.data
      result += [UInt8](repeating: 0, count: padded(tensor.data.count) - tensor.data.count)
    }
    return result
  }

  /// Little-endian bytes of an integer.
  public static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// A length of eight bytes and the bytes themselves.
  public static func counted(_ bytes: [UInt8]) -> [UInt8] {
    Self.bytes(UInt64(bytes.count)) + bytes
  }

  private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}
