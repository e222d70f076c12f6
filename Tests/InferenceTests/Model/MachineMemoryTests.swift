import TestSupport
import Testing

@testable import Inference

/// What is left to a process, told by folders that look as the kernel's do.
@Suite struct MachineMemoryTests {
  private func available(_ files: [String: String]) throws -> Int? {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(name, Array(text.utf8)) }
    return MachineMemory(processes: folder.path + "/proc", groups: folder.path + "/cgroup")
      .available
  }

  private static let meminfo = "MemTotal:  16384 kB\nMemFree: 12 kB\nMemAvailable:   8192 kB\n"

  @Test func `the machine's available memory counts without control groups`() throws {
    #expect(try available(["proc/meminfo": Self.meminfo]) == 8192 * 1024)
  }

  @Test func `the limits of the process count, less what it has and works with`() throws {
    func files(_ addresses: String, _ data: String) -> [String: String] {
      [
        "proc/meminfo": "MemAvailable: 8000000 kB\n",
        "proc/self/limits": "Limit   Soft Limit  Hard Limit  Units\n"
          + "Max data size             \(data)            unlimited            bytes\n"
          + "Max address space         \(addresses)            unlimited            bytes\n",
        "proc/self/status": "Name:\tx\nVmSize:\t  100000 kB\nVmData:\t  20000 kB\n",
      ]
    }
    let working = 64 << 20
    #expect(try available(files("unlimited", "unlimited")) == 8_000_000 * 1024)
    #expect(try available(files("1024000000", "unlimited")) == 921_600_000 - working)
    #expect(try available(files("unlimited", "500000000")) == 500_000_000 - 20_480_000 - working)
    #expect(try available(files("102400001", "unlimited")) == 0)
  }

  @Test func `a group's limit counts, less what the group uses and cannot give back`() throws {
    #expect(
      try available([
        "proc/meminfo": Self.meminfo, "proc/self/cgroup": "0::/\n",
        "cgroup/memory.max": "4000000\n", "cgroup/memory.current": "1500000\n",
        "cgroup/memory.stat": "anon 1000000\nfile 500000\ninactive_file 400000\n",
      ]) == 4_000_000 - 1_500_000 + 400_000)
  }

  @Test func `the limit beyond which a group is slowed counts as well`() throws {
    #expect(
      try available([
        "proc/meminfo": Self.meminfo, "proc/self/cgroup": "0::/\n", "cgroup/memory.max": "max\n",
        "cgroup/memory.high": "2000000\n", "cgroup/memory.current": "1500000\n",
      ]) == 500_000)
  }

  @Test func `the tightest of the groups around counts`() throws {
    #expect(
      try available([
        "proc/meminfo": Self.meminfo, "proc/self/cgroup": "0::/jobs/one\n",
        "cgroup/jobs/memory.max": "3000000\n", "cgroup/jobs/memory.current": "2900000\n",
        "cgroup/jobs/one/memory.max": "max\n", "cgroup/jobs/one/memory.current": "10\n",
      ]) == 100_000)
  }

  @Test func `version 1 groups count`() throws {
    #expect(
      try available([
        "proc/meminfo": Self.meminfo,
        "proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/x\n0::/\n",
        "cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "cgroup/memory/memory.usage_in_bytes": "123456\n",
        "cgroup/memory/x/memory.limit_in_bytes": "2000000\n",
        "cgroup/memory/x/memory.usage_in_bytes": "500000\n",
        "cgroup/memory/x/memory.stat": "inactive_file 7\ntotal_inactive_file 1000\n",
      ]) == 1_501_000)
  }

  @Test func `a group over its limit has nothing left`() throws {
    #expect(
      try available([
        "proc/meminfo": Self.meminfo, "proc/self/cgroup": "0::/\n",
        "cgroup/memory.max": "1000\n", "cgroup/memory.current": "1500\n",
      ]) == 0)
  }

  @Test func `nonsense and nothing are no limit`() throws {
    #expect(try available([:]) == nil)
    #expect(
      try available([
        "proc/meminfo": Self.meminfo, "proc/self/cgroup": "\n::\n0::\nx\n",
        "cgroup/memory.max": "-5\n", "cgroup/memory.current": "?\n",
      ]) == 8192 * 1024)
  }
}
