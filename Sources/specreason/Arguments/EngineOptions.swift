import ArgumentParser
import Foundation
import Inference

/// How many threads compute.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Compute threads. [default: one a core]")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...256).contains(threads) {
      throw ValidationError("--threads must be between 1 and 256, not \(threads).")
    }
  }

  /// The threads as a pool.
  var pool: ComputePool {
    ComputePool(threads: threads ?? ProcessInfo.processInfo.activeProcessorCount)
  }
}

/// How a model is held in memory and computed.
struct EngineOptions: ParsableArguments {
  @Option(
    name: .customLong("kv-cache"),
    help: "What keys and values are stored as; q8_0 takes half the memory, at a little precision.")
  var cacheFormat = KVCacheFormat.f16

  @OptionGroup
  var compute: ThreadOptions
}

extension KVCacheFormat: ExpressibleByArgument {}
