/// Finds out which fields a type reads, by letting it decode itself from values that are made up.
///
///     try FieldRecorder.fields(of: TurnStarted.self)   // [turn, prompt], none optional
final class FieldRecorder {
  /// A field that a type asked for.
  struct Field: Equatable {
    var name: String
    var isOptional: Bool
    /// Fields of the object that it holds; empty where it holds none.
    var inner: [Field] = []
  }

  private(set) var fields: [Field] = []
  /// Names that a type asked for only if they are there.
  fileprivate var conditional: Set<String> = []
  /// Values for types that no made-up text or number fits.
  fileprivate let samples: [any Decodable]

  private init(samples: [any Decodable]) {
    self.samples = samples
  }

  /// The fields that `type` reads, in its order.
  ///
  /// - Parameter samples: A value of each enumeration that is met and is not `CaseIterable`.
  static func fields<T: Decodable>(
    of type: T.Type, samples: [any Decodable] = []
  ) throws -> [Field] {
    let recorder = FieldRecorder(samples: samples)
    _ = try type.init(from: MadeUp(recorder: recorder))
    return recorder.fields
  }

  /// Takes down that `name` was asked for as a `T`; gives a value for it.
  fileprivate func record<T: Decodable>(
    _ name: String, as type: T.Type, isOptional: Bool
  ) throws -> T {
    let inner = FieldRecorder(samples: samples)
    defer {
      if !fields.contains(where: { $0.name == name }) {
        fields.append(
          Field(
            name: name, isOptional: isOptional || conditional.contains(name), inner: inner.fields))
      }
    }
    return try inner.value(of: type)
  }

  fileprivate func value<T: Decodable>(of type: T.Type) throws -> T {
    if let sample = samples.lazy.compactMap({ $0 as? T }).first { return sample }
    if let cases = type as? any CaseIterable.Type, let first = Self.first(of: cases) as? T {
      return first
    }
    return try type.init(from: MadeUp(recorder: self))
  }

  private static func first<C: CaseIterable>(of type: C.Type) -> C? { type.allCases.first }
}

private struct MadeUp: Decoder {
  let recorder: FieldRecorder
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(Keyed(recorder: recorder))
  }
  func unkeyedContainer() -> any UnkeyedDecodingContainer { Empty(recorder: recorder) }
  func singleValueContainer() -> any SingleValueDecodingContainer { Single(recorder: recorder) }
}

private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let recorder: FieldRecorder
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool {
    recorder.conditional.insert(key.stringValue)
    return true
  }
  func decodeNil(forKey key: Key) -> Bool { false }
  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try recorder.record(key.stringValue, as: type, isOptional: false)
  }
  func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
    try recorder.record(key.stringValue, as: type, isOptional: true)
  }
  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<NestedKey> {
    throw CancellationError()
  }
  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
    Empty(recorder: recorder)
  }
  func superDecoder() -> any Decoder { MadeUp(recorder: recorder) }
  func superDecoder(forKey key: Key) -> any Decoder { MadeUp(recorder: recorder) }
}

private struct Single: SingleValueDecodingContainer {
  let recorder: FieldRecorder
  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { false }
  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let values: [Any] = [
      "", true, 1, 1.0, Float(1), Int8(1), Int16(1), Int32(1), Int64(1), UInt(1), UInt8(1),
      UInt16(1), UInt32(1), UInt64(1),
    ]
    if let value = values.lazy.compactMap({ $0 as? T }).first { return value }
    return try recorder.value(of: type)
  }
}

private struct Empty: UnkeyedDecodingContainer {
  let recorder: FieldRecorder
  var codingPath: [any CodingKey] { [] }
  var count: Int? { 0 }
  var isAtEnd: Bool { true }
  var currentIndex: Int { 0 }

  mutating func decodeNil() -> Bool { true }
  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { throw CancellationError() }
  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> { throw CancellationError() }
  mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer {
    Empty(recorder: recorder)
  }
  mutating func superDecoder() -> any Decoder { MadeUp(recorder: recorder) }
}
