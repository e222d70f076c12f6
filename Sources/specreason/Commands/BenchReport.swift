import Foundation
import Inference
import Reports
import Viewer

/// What `specreason bench` prints; the fields are those of `--json`.
struct BenchReport: Encodable {
  struct Load: Encodable {
    var seconds: Double
    /// After load and prefill; memory that only serves to measure the memory is left out.
    var peakMemoryBytes: Int?
  }

  struct Prefill: Encodable {
    var tokens: Int
    var tokensPerSecond: Double
  }

  struct Decode: Encodable {
    var depth: Int
    var tokensPerSecond: Double
    var bytesPerToken: Int
    var bytesPerSecond: Double
    /// Bytes a second, read in turns with the decoding.
    var memoryBandwidth: Double?
    var fractionOfBandwidth: Double?
  }

  var model: String
  var quantization: String
  var parameters: Int
  var threads: Int
  var instructionSet: String
  var load: Load
  /// Bytes a second, as measured beside the first depth.
  var memoryBandwidth: Double?
  var prefill: [Prefill]
  /// At the first depth.
  var decode: Decode?
  /// At every depth.
  var decodes: [Decode]

  /// The figures of one model.
  init(
    model: Model, threads: Int, loadSeconds: Double, peakMemoryBytes: Int?,
    prefills: [ModelBenchmark.Prefill], decodes: [ModelBenchmark.Decode]
  ) {
    self.model = model.name
    quantization = model.file.quantization
    parameters = model.file.parameterCount
    self.threads = threads
    instructionSet = ComputePool.instructionSet
    load = Load(seconds: loadSeconds, peakMemoryBytes: peakMemoryBytes)
    prefill = prefills.map { Prefill(tokens: $0.tokens, tokensPerSecond: $0.tokensPerSecond) }
    self.decodes = decodes.map {
      Decode(
        depth: $0.depth, tokensPerSecond: $0.tokensPerSecond, bytesPerToken: $0.bytesPerToken,
        bytesPerSecond: $0.bytesPerSecond, memoryBandwidth: $0.memoryBandwidth,
        fractionOfBandwidth: $0.fractionOfBandwidth)
    }
    decode = self.decodes.first
    memoryBandwidth = decode?.memoryBandwidth
  }

  /// The model and the figures for people.
  var lines: [String] {
    let head =
      "\(model) · \(quantization) · \(Self.millions(parameters)) parameters · "
      + "\(threads) thread\(threads == 1 ? "" : "s") · \(instructionSet)"
    var table = Table(["", Table.Column("", .right), "", ""])
    table.rows.append([
      "load", String(format: "%.3f", load.seconds), "s",
      load.peakMemoryBytes.map { "peak memory \(Format.bytes($0))" } ?? "",
    ])
    for pass in prefill {
      table.rows.append([
        "prefill \(pass.tokens)", String(format: "%.1f", pass.tokensPerSecond), "tokens/s", "",
      ])
    }
    for pass in decodes {
      let memory =
        if let bandwidth = pass.memoryBandwidth, let fraction = pass.fractionOfBandwidth {
          String(
            format: "%.1f GB/s, %.0f%% of the %.1f GB/s that memory gives",
            pass.bytesPerSecond / 1e9, fraction * 100, bandwidth / 1e9)
        } else {
          ""
        }
      table.rows.append([
        "decode at \(pass.depth)", String(format: "%.1f", pass.tokensPerSecond), "tokens/s", memory,
      ])
    }
    return [head] + table.lines
  }

  private static func millions(_ count: Int) -> String {
    String(format: "%.2f M", Double(count) / 1e6)
  }
}
