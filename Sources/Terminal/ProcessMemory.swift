#if canImport(Glibc)
  import Glibc
#endif

/// What this process occupies of the machine's memory.
enum ProcessMemory {
  /// Bytes resident in memory, mapped model files included; nil where the system does not tell.
  ///
  /// The second number of `/proc/self/statm`, in pages: proc(5).
  static var residentBytes: Int? {
    #if canImport(Glibc)
      let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 128)
      let count = read(file, &bytes, bytes.count)
      guard count > 0 else { return nil }
      let fields = String(decoding: bytes.prefix(count), as: UTF8.self).split(separator: " ")
      guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
      return pages * sysconf(Int32(_SC_PAGESIZE))
    #else
      return nil
    #endif
  }
}
