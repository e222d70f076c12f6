/// The header of a GGUF file.
struct GGUFHeader {
  let version: Int
  let tensorCount: Int
  let metadataCount: Int

  init(_ cursor: inout ByteCursor) throws(GGUFError) {
    let beginning = try cursor.beginning(64)
    guard beginning.starts(with: "GGUF".utf8) else {
      let found = ForeignFormat.name(beginning: beginning)
      if found == nil, cursor.remaining < 24 {
        throw cursor.error(.tooShort(bytes: cursor.remaining))
      }
      throw cursor.error(.notGGUF(found: found))
    }
    guard cursor.remaining >= 24 else {
      throw cursor.error(.tooShort(bytes: cursor.remaining))
    }
    _ = try cursor.advance(4, "the magic number")
    let number = try cursor.integer(UInt32.self, "the version")
    if number != 0, number & 0xFFFF == 0 { throw cursor.error(.bigEndian, at: 4) }
    guard (2...3).contains(number) else {
      throw cursor.error(.unsupportedVersion(number), at: 4)
    }
    version = Int(number)
    let smallestTensor = 8 + 1 + 4 + 8 + 4 + 8
    let smallestPair = 8 + 1 + 4 + 1
    tensorCount = try Self.count("a tensor count", of: smallestTensor, &cursor)
    metadataCount = try Self.count("a metadata count", of: smallestPair, &cursor)
  }

  /// A count of things that take at least `size` bytes each in the rest of the file.
  private static func count(
    _ field: String, of size: Int, _ cursor: inout ByteCursor
  ) throws(GGUFError) -> Int {
    let start = cursor.offset
    let count = try cursor.integer(UInt64.self, field)
    let limit = min(cursor.remaining / size, 65_536)
    guard count <= UInt64(limit) else {
      throw cursor.error(.countTooLarge(field: field, count: count, limit: limit), at: start)
    }
    return Int(count)
  }
}

/// Other formats that are given by mistake, told by their first bytes.
private enum ForeignFormat {
  static func name(beginning: ArraySlice<UInt8>) -> String? {
    let known: [(magic: String, name: String)] = [
      ("version https://git-lfs", "a Git LFS pointer"),
      ("<!DOCTYPE", "a web page"), ("<!doctype", "a web page"), ("<html", "a web page"),
      ("PK\u{3}\u{4}", "a zip archive or PyTorch checkpoint"),
      ("FUGG", "a GGUF file with reversed bytes"),
      ("lmgg", "a file of the older GGML format"), ("fmgg", "a file of the older GGMF format"),
      ("tjgg", "a file of the older GGJT format"), ("algg", "a file of the older GGLA format"),
    ]
    if let match = known.first(where: { beginning.starts(with: $0.magic.utf8) }) {
      return match.name
    }
    if beginning.count >= 2, beginning[0] == 0x80, (2...5).contains(beginning[1]) {
      return "a Python pickle"
    }
    // safetensors: the length of a JSON object, and the object.
    if beginning.count > 9, beginning[8] == UInt8(ascii: "{") { return "a safetensors file" }
    // The beginning may end within a character.
    let isText = String(decoding: beginning, as: UTF8.self).unicodeScalars.dropLast()
      .allSatisfy {
        $0.value >= 0x20 && $0.value != 0x7F && $0 != "\u{FFFD}" || (9...13).contains($0.value)
      }
    return isText ? "a text file" : nil
  }
}
