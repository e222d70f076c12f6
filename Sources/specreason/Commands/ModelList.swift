import ArgumentParser
import Backends
import Foundation
import Inference
import Reports
import Viewer

/// `specreason models list [FOLDER …]`.
struct ModelList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List GGUF files, and pairs among them (the default command).",
    discussion: """
      Without folders: those in the caches of Hugging Face, LM Studio, llama.cpp and Ollama. A file \
      that cannot be used is listed with the reason. Memory is what a model takes with its own \
      context, at most \(LocalEngine.mostDefaultContext) tokens. A pair has one vocabulary, and a \
      draft model whose tokens cost at most half as much as the base model's, by the bytes of weights \
      that are read.
      """)

  @Argument(help: "Folders to look through.")
  var folders: [String] = []

  @Flag(help: "Print one JSON object a model.")
  var json = false

  @Flag(help: "Print the pairs alone; with --json one object a pair.")
  var pairs = false

  /// Of more pairs only their number is told.
  private static let shownPairs = 12

  func run() throws {
    let models = ModelShelf(folders).models()
    let room = MachineMemory.room
    guard !models.isEmpty || json else {
      Failure.report("There is no GGUF file there; name a folder, or see `models list --help`.")
      return
    }
    if !pairs {
      if json {
        for model in models { try Printing.json(model) }
        return
      }
      show(models, room: room)
    }
    // Vocabularies take longer to read, so the table is there before.
    let proposals = ProposedPair.proposals(models.compactMap(PairableModel.init), room: room)
    if json {
      for pair in proposals { try Printing.json(pair) }
    } else {
      show(proposals)
    }
  }

  private static func size(_ bytes: Int?) -> String {
    bytes.map(Format.bytes) ?? "–"
  }

  private func show(_ models: [FoundModel], room: Int?) {
    let table = Table(
      of: models,
      [
        "model": { $0.name }, "architecture": { $0.architecture ?? "–" },
        "size": { Self.size($0.bytes) }, "weights": { $0.quantization ?? "–" },
        "context": { $0.context.map(String.init) ?? "–" },
        "memory": { model in
          let isTooMuch = model.memory.flatMap { needed in room.map { needed > $0 } } ?? false
          return Self.size(model.memory) + (isTooMuch ? ", too much" : "")
        },
        "file": { $0.path },
      ])
    var lines = table.lines[...]
    Printing.line(lines.removeFirst())
    for (line, model) in zip(lines, models) {
      Printing.line(line)
      if let problem = model.problem { Printing.line("  cannot be used: \(problem)") }
    }
    if let room { Printing.line("Memory that is free: \(Self.size(room)).") }
  }

  private func show(_ proposals: [ProposedPair]) {
    guard !proposals.isEmpty else {
      if pairs { Failure.report("No two of the models have one vocabulary and suit each other.") }
      return
    }
    if !pairs { Printing.line("") }
    let table = Table(
      of: proposals.prefix(Self.shownPairs),
      [
        "base": { $0.base }, "draft": { $0.draft },
        Table.Column("draft costs", .right): { "\(Format.percent($0.draftCost)) (est.)" },
        "memory": { Self.size($0.memory) + ($0.fits == false ? ", too much" : "") },
        "calibrated": { $0.calibrated ?? "" },
      ])
    table.withoutEmptyColumns.lines.forEach(Printing.line)
    if proposals.count > Self.shownPairs {
      Printing.line("and \(proposals.count - Self.shownPairs) more")
    }
    Printing.line(
      "What drafts cost is reckoned from the files' sizes. Steps gain nothing unless more than that "
        + "share of them is accepted; `bench-pair --base FILE --draft FILE` measures it.")
  }
}
