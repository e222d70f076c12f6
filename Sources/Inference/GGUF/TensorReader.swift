/// Reads the tensor descriptions of a GGUF file and checks them against its data section.
enum TensorReader {
  private static let longestName = 63
  private static let mostDimensions: UInt32 = 4

  /// A tensor as described, before its place in the file is known.
  private struct Description {
    let name: String
    let type: TensorType
    let dimensions: [Int]
    let byteCount: Int
    /// Bytes from the beginning of the data section.
    let dataOffset: UInt64
    /// Where the description stands, for errors.
    let position: Int
  }

  /// `count` descriptions from the cursor on; the data section follows them, aligned.
  static func read(
    count: Int, alignment: Int, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> [String: Tensor] {
    var descriptions: [Description] = []
    for _ in 0..<count { descriptions.append(try description(&cursor)) }
    let dataStart = (cursor.offset + alignment - 1) / alignment * alignment
    let dataBytes = max(0, cursor.file.count - dataStart)

    var tensors: [String: Tensor] = [:]
    for description in descriptions {
      let tensor = try place(
        description, alignment: alignment, dataStart: dataStart, dataBytes: dataBytes, cursor)
      guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
        throw cursor.error(.duplicateTensor(tensor.name), at: description.position)
      }
    }
    try refuseOverlaps(tensors.values.sorted { $0.offset < $1.offset }, cursor)
    return tensors
  }

  private static func description(_ cursor: inout ByteCursor) throws(GGUFError) -> Description {
    let position = cursor.offset
    let bytes = try cursor.counted(limit: longestName, "a tensor name")
    let name = String(decoding: bytes, as: UTF8.self)
    guard !bytes.isEmpty else {
      throw cursor.error(.badTensor(name, problem: "has no name"), at: position)
    }
    guard !bytes.contains(0) else {
      throw cursor.error(.badTensor(name, problem: "has a zero byte in its name"), at: position)
    }
    let dimensions = try dimensions(name, &cursor)
    let typeOffset = cursor.offset
    let number = try cursor.integer(UInt32.self, "the type of \"\(name)\"")
    guard let type = TensorType(rawValue: number) else {
      throw cursor.error(
        .unsupportedTensorType(tensor: name, type: "number \(number)"), at: typeOffset)
    }
    guard type.isSupported else {
      throw cursor.error(.unsupportedTensorType(tensor: name, type: type.name), at: typeOffset)
    }
    guard let byteCount = byteCount(type, dimensions) else {
      let problem =
        dimensions[0] % type.blockLength == 0
        ? "has more values than can be counted"
        : "has rows of \(dimensions[0]) values, not whole \(type.name) blocks of \(type.blockLength)"
      throw cursor.error(.badTensor(name, problem: problem), at: position)
    }
    return Description(
      name: name, type: type, dimensions: dimensions, byteCount: byteCount,
      dataOffset: try cursor.integer(UInt64.self, "the offset of \"\(name)\""),
      position: position)
  }

  private static func dimensions(
    _ name: String, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> [Int] {
    let start = cursor.offset
    let count = try cursor.integer(UInt32.self, "the dimensions of \"\(name)\"")
    guard (1...mostDimensions).contains(count) else {
      throw cursor.error(
        .badTensor(name, problem: "has \(count) dimensions; 1 to \(mostDimensions) are allowed"),
        at: start)
    }
    var dimensions: [Int] = []
    for _ in 0..<count {
      let start = cursor.offset
      let value = try cursor.integer(Int64.self, "the dimensions of \"\(name)\"")
      guard value >= 0 else {
        throw cursor.error(.badTensor(name, problem: "has the dimension \(value)"), at: start)
      }
      dimensions.append(Int(value))
    }
    return dimensions
  }

  /// Bytes that such a tensor takes; nil when it has no whole blocks or overflows.
  private static func byteCount(_ type: TensorType, _ dimensions: [Int]) -> Int? {
    guard dimensions[0] % type.blockLength == 0 else { return nil }
    // A zero among the dimensions must not hide that the others overflow.
    guard product(dimensions.filter { $0 > 0 }) != nil else { return nil }
    return product([dimensions[0] / type.blockLength, type.blockBytes] + dimensions.dropFirst())
  }

  private static func product(_ factors: [Int]) -> Int? {
    var result = 1
    for factor in factors {
      let (product, overflow) = result.multipliedReportingOverflow(by: factor)
      if overflow { return nil }
      result = product
    }
    return result
  }

  private static func place(
    _ description: Description, alignment: Int, dataStart: Int, dataBytes: Int,
    _ cursor: ByteCursor
  ) throws(GGUFError) -> Tensor {
    let position = description.position
    guard description.dataOffset % UInt64(alignment) == 0 else {
      throw cursor.error(
        .badTensor(
          description.name,
          problem: "begins at \(description.dataOffset), not a multiple of \(alignment)"),
        at: position)
    }
    let (end, overflow) = description.dataOffset.addingReportingOverflow(
      UInt64(description.byteCount))
    guard !overflow, end <= UInt64(dataBytes) else {
      let missing = overflow ? Int.max : Int(clamping: end - UInt64(dataBytes))
      throw cursor.error(
        .dataBeyondEnd(tensor: description.name, missing: missing), at: position)
    }
    return Tensor(
      name: description.name, type: description.type, dimensions: description.dimensions,
      offset: dataStart + Int(description.dataOffset), byteCount: description.byteCount,
      file: cursor.file)
  }

  private static func refuseOverlaps(
    _ sorted: [Tensor], _ cursor: ByteCursor
  ) throws(GGUFError) {
    var end = 0
    var previous = ""
    for tensor in sorted where tensor.byteCount > 0 {
      guard tensor.offset >= end else {
        throw cursor.error(
          .badTensor(tensor.name, problem: "overlaps the tensor \"\(previous)\""),
          at: tensor.offset)
      }
      end = tensor.offset + tensor.byteCount
      previous = tensor.name
    }
  }
}
