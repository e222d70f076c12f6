import Glibc

/// What the machine has left to give.
enum MachineMemory {
  /// Throws `notEnoughMemory` when `bytes` are more than can be had for the model at `path`.
  static func require(_ bytes: Int, for path: String) throws(GGUFError) {
    if let available = available(), bytes > available {
      throw GGUFError(
        path: path, reason: .notEnoughMemory(needed: bytes, available: available))
    }
  }

  /// `MemAvailable` of the kernel, in bytes: free memory and what it can free at once. Nil where
  /// the kernel does not tell.
  static func available() -> Int? {
    guard let file = fopen("/proc/meminfo", "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    while fgets(&line, Int32(line.count), file) != nil {
      let words = String(
        decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self
      )
      .split(separator: " ")
      if words.first == "MemAvailable:", words.count > 1, let kibibytes = Int(words[1]) {
        return kibibytes * 1024
      }
    }
    return nil
  }
}
