import ArgumentParser
import Foundation
import Inference
import Terminal

/// The root command. Synchronous on purpose: an asynchronous root would leave the main thread
/// before a subcommand runs, and the terminal belongs to the main thread.
@main
struct SpecReason: ParsableCommand {
  static let version = "0.2.0"

  static let configuration = CommandConfiguration(
    commandName: "specreason",
    abstract: "Watch two language models reason together.",
    discussion: """
      A small draft model writes reasoning steps; a large base model judges each from 0 to 9, \
      accepts it at the threshold or writes it anew. Without options the viewer opens on the \
      embedded demo pair.
      """,
    version: version,
    subcommands: [
      Chat.self, Run.self, Serve.self, Evaluate.self, Calibrate.self, Grade.self,
      WhatIfCommand.self,
      Replay.self, Compare.self, Runs.self, Export.self, Import.self,
      Bench.self,
      BenchPair.self,
      Examples.self, Models.self, Themes.self, Keys.self, Config.self, Tokenize.self,
      Perplexity.self,
    ],
    defaultSubcommand: Chat.self)

  static func main() {
    Signals.startProcess()
    do {
      let cores = ProcessInfo.processInfo.processorCount
      try MachineMemory.requireRoomForThreads(cores: cores)
      try NoThreads.refuse(cores: cores)
      let configuration = try Configuration()
      let arguments = ArgumentForms.mended(Array(CommandLine.arguments.dropFirst()))
      for problem in configuration.problems(for: arguments) {
        Failure.report("specreason: \(problem)")
      }
      var command = try parseAsRoot(ArgumentForms.mended(configuration.complete(arguments)))
      try command.run()
    } catch {
      Failure.exit(with: error)
    }
  }
}
