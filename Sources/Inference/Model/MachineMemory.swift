import Glibc

/// A limit on this process's memory leaves too little to work with.
public struct NarrowMemoryLimit: Error, Equatable, CustomStringConvertible {
  /// Bytes of address space that are left, and that the program's threads and libraries need.
  public let left: Int, needed: Int

  /// One sentence: what is wrong, and what to do.
  public var description: String {
    "the limit on this process's memory leaves \(left >> 20) MiB of address space, and its threads "
      + "alone need \(needed >> 20) MiB; raise it with `ulimit -v`."
  }
}

/// How much memory this process can still get.
public struct MachineMemory {
  /// The kernel's process information; another folder in tests.
  var processes = "/proc"
  /// The kernel's control groups; another folder in tests.
  var groups = "/sys/fs/cgroup"

  /// Throws `notEnoughMemory` if the model at `path` needs more `bytes` than are available.
  static func require(_ bytes: Int, for path: String) throws(GGUFError) {
    if let available = MachineMemory().available, bytes > available {
      throw GGUFError(
        path: path, reason: .notEnoughMemory(needed: bytes, available: available))
    }
  }

  /// Bytes that this process can still get; nil if unknown.
  public static var room: Int? { MachineMemory().available }

  /// Refuses to begin where a limit leaves no room for threads: the system's library would wait for
  /// ever for one that cannot be made.
  ///
  /// - Parameter cores: Processor cores, which decide how many threads there will be.
  /// - Throws: ``NarrowMemoryLimit``.
  public static func requireRoomForThreads(cores: Int) throws(NarrowMemoryLimit) {
    let stack = 8 << 20
    let needed = 128 << 20 + 3 * cores * stack
    guard let left = MachineMemory().addressRoom, left < needed else { return }
    throw NarrowMemoryLimit(left: left, needed: needed)
  }

  /// Bytes that are free or can be reclaimed, within the limits of this process and of its control
  /// groups (a container's, a service's, a batch job's); nil if unknown.
  var available: Int? {
    ([machineRoom, addressRoom.map { max(0, $0 - Self.workingRoom) }] + groupRooms)
      .compactMap(\.self).min()
  }

  /// Bytes kept for all that is neither weights nor KV cache.
  private static let workingRoom = 64 << 20

  /// Bytes that the limits of this process (`ulimit -v` and `-d`) leave it; nil without a limit.
  var addressRoom: Int? {
    let limits = text(processes + "/self/limits")?.split(separator: "\n") ?? []
    return [("Max address space", "VmSize:"), ("Max data size", "VmData:")].compactMap {
      name, used in
      guard let line = limits.first(where: { $0.hasPrefix(name) }),
        let limit = line.dropFirst(name.count).split(separator: " ").first.flatMap(Self.number),
        let kibibytes = number(used, in: processes + "/self/status")
      else { return nil }
      return max(0, limit - kibibytes * 1024)
    }.min()
  }

  /// `MemAvailable` of the kernel.
  private var machineRoom: Int? {
    guard let kibibytes = number("MemAvailable:", in: processes + "/meminfo") else { return nil }
    return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
  }

  /// Bytes left in each control group of this process and in their parents.
  private var groupRooms: [Int?] {
    guard let memberships = text(processes + "/self/cgroup") else { return [] }
    return memberships.split(separator: "\n").flatMap { line -> [Int?] in
      // `0::/path` for version 2; `4:memory:/path` for version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      if fields[1].isEmpty {
        return [groups, groups + "/unified"].flatMap { root in
          folders(root, fields[2]).flatMap { folder in
            // Beyond the second a group is not ended, but slowed until nothing moves.
            ["memory.max", "memory.high"].map {
              room(folder, limit: $0, use: "memory.current", reclaimable: "inactive_file")
            }
          }
        }
      }
      guard fields[1].split(separator: ",").contains("memory") else { return [] }
      return folders(groups + "/memory", fields[2]).map {
        room(
          $0, limit: "memory.limit_in_bytes", use: "memory.usage_in_bytes",
          reclaimable: "total_inactive_file")
      }
    }
  }

  /// The folder of the group at `path` and those of all groups that it lies in.
  private func folders(_ root: String, _ path: Substring) -> [String] {
    path.split(separator: "/").reduce(into: [root]) { $0.append($0[$0.count - 1] + "/" + $1) }
  }

  /// Bytes that a group's limit leaves; inactive file pages count as free.
  private func room(_ folder: String, limit: String, use: String, reclaimable: String) -> Int? {
    guard let limit = text(folder + "/" + limit).flatMap(Self.number),
      let use = text(folder + "/" + use).flatMap(Self.number)
    else { return nil }
    let pages = number(reclaimable, in: folder + "/memory.stat") ?? 0
    return max(0, limit - max(0, use - pages))
  }

  /// The number on the line of `file` that begins with the word `label`.
  private func number(_ label: String, in file: String) -> Int? {
    let lines = text(file)?.split(separator: "\n") ?? []
    let rows = lines.lazy.map { $0.split(whereSeparator: \.isWhitespace) }
    return rows.first { $0.first == label[...] }?.dropFirst().first.flatMap(Self.number)
  }

  /// The number in `text`; nil for `max` and the like.
  private static func number(_ text: some StringProtocol) -> Int? {
    guard let value = Int(text.prefix { $0 != "\n" }), value >= 0 else { return nil }
    return value
  }

  /// The text of one of the kernel's files.
  private func text(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
