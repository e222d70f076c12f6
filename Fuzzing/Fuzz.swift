import Foundation

/// What libFuzzer calls with each input: the target that `FUZZ_TARGET` names takes it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let began = processorSeconds
  FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  precondition(processorSeconds - began < mostSeconds, "an input took over a second")
  return 0
}

/// The most seconds that an input may take, of the processor: others may have the machine meanwhile.
private let mostSeconds = 1.0

/// Seconds for which a processor has worked on this thread.
private var processorSeconds: Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Called once before the inputs: writes the target's seeds into the folder `FUZZ_SEEDS`, if asked.
@_cdecl("LLVMFuzzerInitialize")
public func fuzzInitialize(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  atexit { FuzzTarget.reportKeys() }
  guard let folder = ProcessInfo.processInfo.environment["FUZZ_SEEDS"] else { return 0 }
  for (number, seed) in FuzzTarget.chosen.seeds.enumerated() {
    try? Data(seed).write(to: URL(filePath: "\(folder)/seed-\(number)"))
  }
  return 0
}

extension FuzzTarget {
  /// The target that `FUZZ_TARGET` names.
  static let chosen: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"]
    guard let target = all.first(where: { $0.name == name }) else {
      let names = all.map(\.name).joined(separator: ", ")
      FileHandle.standardError.write(Data("FUZZ_TARGET must be one of \(names).\n".utf8))
      exit(2)
    }
    return target
  }()
}
