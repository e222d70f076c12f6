import ArgumentParser
import Backends
import Foundation
import Serving
import Traces
import Viewer

/// `specreason serve`: the pair as an endpoint for other programs.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve the pair to programs that speak OpenAI's chat interface.",
    discussion: """
      Requests are answered one after another, each as a saved run, which `specreason replay --follow \
      latest` shows while it goes on. Only this machine is answered, unless SPECREASON_API_KEY holds \
      a key that clients must send. Ctrl-C ends it.
      """)

  @Option(help: "The address to listen at; other than this machine's own needs a key.")
  var host = "127.0.0.1"

  @Option(help: "The port to listen at; 0 takes one that is free.")
  var port = 8080

  @Option(
    name: .customLong("model-name"),
    help: "The model's name for clients. [default: the base model's file, or demo]")
  var modelName: String?

  @Option(name: .customLong("most-waiting"), help: "Requests that may wait for the models.")
  var mostWaiting = 256

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning")
  var reasoning: ReasoningFlags

  @OptionGroup
  var calibration: CalibrationOptions

  @OptionGroup(title: "Saved runs")
  var saving: SavingOptions

  @Flag(name: .customLong("no-save"), help: "Do not save the runs.")
  var isNotSaved = false

  static let keyVariable = "SPECREASON_API_KEY"

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be between 0 and 65535, not \(port).")
    }
    guard (0...100_000).contains(mostWaiting) else {
      throw ValidationError("--most-waiting must be between 0 and 100000, not \(mostWaiting).")
    }
  }

  func run() throws {
    let key = ProcessInfo.processInfo.environment[Self.keyVariable].flatMap {
      $0.isEmpty ? nil : $0
    }
    guard key != nil || ThisMachine.isMeant(by: host) else {
      throw ValidationError(
        "Other machines can reach \(host): put a key for clients into the environment variable "
          + "\(Self.keyVariable), or leave --host at 127.0.0.1.")
    }
    let files = try pair.files()
    var options = try reasoning.options(hasDraft: files.draft != nil, isDemo: pair.isDemo)
    pair.adapt(&options, to: files, unless: reasoning)
    try options.requireNoPerson()
    var found = calibration.found(for: files)
    found.apply(to: &options, unless: reasoning)
    if let notice = found.notice { Failure.report("specreason: \(notice)") }
    if let advice = pair.advice(on: options) { Failure.report("specreason: \(advice)") }
    let engine = try pair.engine(files, onProgress: ProgressLine.show)
    let base = files.shortNames.first.map {
      $0.hasSuffix(".gguf") ? String($0.dropLast(".gguf".count)) : $0
    }
    let served = ServedPair(
      engine,
      ServedPair.Settings(
        name: modelName ?? (pair.isDemo ? "demo" : base ?? "pair"), options: options,
        isSeeded: reasoning.gives("seed"), ownScores: found.ownScores,
        allowsOtherMode: !reasoning.gives("mode"), mostWaiting: mostWaiting,
        version: SpecReason.version)
    ) { [folder = saving.folder, isNotSaved] in
      isNotSaved
        ? nil : folder.begin { Failure.report("specreason: \($0) The run is not saved.") }
    }
    let endpoint = Endpoint(served, access: AccessRule(key: key)) { Self.log($0) }
    defer { served.finish(within: 10) }
    try Foreground.run { [host, port, mostWaiting] in
      // Faults in the models' files show before anybody asks.
      try await engine.open()
      ProgressLine.show(nil)
      var limits = ServerLimits()
      limits.connections = mostWaiting + 256
      let server = WebServer(limits: limits, refusal: { endpoint.refusal(of: $0) }) {
        try await endpoint.respond($0, $1)
      }
      try await server.run(host: host, port: port) { port in
        Failure.report(
          "specreason serves \(served.settings.name) at http://\(Self.inURL(host)):\(port)/v1")
      }
    }
  }

  private static func inURL(_ host: String) -> String {
    host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
  }

  private static func log(_ note: Endpoint.Note) {
    let reason = note.reason.map { ": \($0)" } ?? ""
    Failure.report(
      "\(note.path) \(note.outcome.rawValue) after \(Format.seconds(note.seconds))\(reason)")
  }
}
