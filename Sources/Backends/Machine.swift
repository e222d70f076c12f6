import Foundation
import Inference

/// The machine, described for people.
enum Machine {
  /// Processor, threads in use, instruction set: `AMD EPYC · 2 threads · avx512vnni`.
  static func description(threads: Int) -> String {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name =
      line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
      ?? "unknown processor"
    return "\(name) · \(threads) thread\(threads == 1 ? "" : "s") · \(ComputePool.instructionSet)"
  }
}
