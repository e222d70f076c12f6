import Glibc

/// What this process can have of the machine's memory.
struct MachineMemory {
  /// Where the kernel tells about processes; another folder in tests.
  var processes = "/proc"
  /// Where it tells about control groups.
  var groups = "/sys/fs/cgroup"

  /// Throws `notEnoughMemory` when `bytes` are more than can be had for the model at `path`.
  static func require(_ bytes: Int, for path: String) throws(GGUFError) {
    if let available = MachineMemory().available, bytes > available {
      throw GGUFError(
        path: path, reason: .notEnoughMemory(needed: bytes, available: available))
    }
  }

  /// Bytes that are free or can be freed at once, and that no control group of this process (a
  /// container's, a service's, a batch job's) keeps back. Nil where the kernel tells neither.
  var available: Int? {
    ([machineRoom] + groupRooms).compactMap(\.self).min()
  }

  /// `MemAvailable` of the kernel.
  private var machineRoom: Int? {
    guard let kibibytes = number("MemAvailable:", in: processes + "/meminfo") else { return nil }
    return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
  }

  /// What is left in each control group that this process is in, and in those around it.
  private var groupRooms: [Int?] {
    guard let memberships = text(processes + "/self/cgroup") else { return [] }
    return memberships.split(separator: "\n").flatMap { line -> [Int?] in
      // `0::/path` for version 2; `4:memory:/path` for version 1.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      if fields[1].isEmpty {
        return [groups, groups + "/unified"].flatMap { root in
          folders(root, fields[2]).map {
            room($0, limit: "memory.max", use: "memory.current", reclaimable: "inactive_file")
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

  /// What a group's limit leaves: file pages that nobody has used lately count as free.
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
    let line = lines.first { $0.split(separator: " ").first == label[...] }
    return line?.split(separator: " ").dropFirst().first.flatMap(Self.number)
  }

  /// A number of bytes or of whatever; nil for `max` and the like.
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
