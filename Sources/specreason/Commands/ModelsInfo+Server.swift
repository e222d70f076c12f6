import ArgumentParser
import Backends
import Foundation
import Reasoning
import Reports

extension Role: ExpressibleByArgument {}

extension Models.Info {
  private struct ServerOutput: Encodable {
    var address: String
    var server: String
    var version: String?
    var model: String
    var context: Int?
    var chats: String
    var digits: ServerFacts.Digits
    var tops: Int
    var likelihood: Bool
    var likelihoodObstacle: String?
    var cachesPrefixes: Bool?
    var seeds: ServerFacts.Seeds?
    var warnings: [String]
  }

  /// Tells what the server at `address` is and does, after asking it.
  func showServer(at address: String) throws {
    let owner = keyOwner
    let facts = try Foreground.run { try await ServerFacts.found(at: address, withKeyOf: owner) }
    let warnings = facts.warnings(as: owner == .draft ? .draft : .base)
    if json {
      try Printing.json(
        ServerOutput(
          address: facts.address, server: facts.kind, version: facts.version, model: facts.model,
          context: facts.context, chats: facts.chats, digits: facts.digits, tops: facts.tops,
          likelihood: facts.likelihoodObstacle == nil, likelihoodObstacle: facts.likelihoodObstacle,
          cachesPrefixes: facts.cachesPrefixes, seeds: facts.seeds, warnings: warnings))
      return
    }
    let digits =
      switch facts.digits {
      case .exact: "the probabilities of exactly the ten digits"
      case .tops: "the \(facts.tops) most probable tokens; digits beyond them are missing"
      case .text: "one token of text, without probabilities"
      }
    let seeds =
      switch facts.seeds {
      case .work?: "the same seed gives the same text"
      case .ignored?: "do nothing"
      case .same?: "all gave one text: the model was sure, or the server does not sample"
      case nil: "not tried"
      }
    let version = facts.version.map { " \($0)" } ?? ""
    let cache = facts.cachesPrefixes.map { $0 ? "yes" : "no" }
    var rows: [[String]] = [
      ["server", "\(facts.kind)\(version) at \(facts.address)"],
      ["model", facts.model],
      ["context", facts.context.map { "\($0) tokens" } ?? "untold"], ["chats", facts.chats],
      ["judge", digits],
      ["likelihood", facts.likelihoodObstacle.map { "no: \($0)" } ?? "yes"],
      ["prefix cache", cache ?? "unknown: it is not told, and too fast to measure"],
      ["seeds", seeds],
    ]
    rows += warnings.map { ["warning", $0] }
    Table(["", ""], rows: rows).lines.forEach(Printing.line)
  }
}
