import Foundation
import Traces

/// A run as one JSON object: its trace without tokens, with sums and metrics per step and turn.
package enum JSONExport {
  /// The object, its keys sorted.
  package static func document(of run: RunState) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let json = String(decoding: try encoder.encode(Report(run)), as: UTF8.self)
    return TraceCoding.escapingControls(json) + "\n"
  }

  private struct Report: Encodable {
    var run: RunStarted?
    var turns: [Turn]
    var ledger: Ledger

    init(_ state: RunState) {
      run = state.started
      turns = state.turns.map { Turn($0, in: state) }
      ledger = state.ledger
    }
  }

  private struct Turn: Encodable {
    var turn: Int
    var mode: Mode
    var prompt: String
    var steps: [Step]
    var answer: Answer?
    var ended: TurnEnded?
    var notices: [Notice]
    var ledger: Ledger
    var wallSeconds: Double
    var keptTokens: Int
    var acceptance: Double?
    var breakEvenAcceptance: Double?
    var judgeCostInBaseTokens: Double?
    var baseAlone: Bounds?
    var estimatedSpeedup: Double?
    var measuredSpeedup: Double?
    var suggestedThreshold: Double?

    init(_ state: TurnState, in run: RunState) {
      let metrics = TurnMetrics(turn: state, run: run)
      turn = state.number
      mode = state.mode
      prompt = state.prompt
      steps = state.steps.map(Step.init)
      answer = state.answer
      ended = state.ended
      notices = state.notices
      ledger = metrics.ledger
      wallSeconds = metrics.wallSeconds
      keptTokens = metrics.keptTokens
      acceptance = metrics.acceptanceRate
      breakEvenAcceptance = metrics.breakEvenAcceptance
      judgeCostInBaseTokens = metrics.judgeCostInBaseTokens
      baseAlone = metrics.baseAlone
      estimatedSpeedup = metrics.estimatedSpeedup
      measuredSpeedup = metrics.measuredSpeedup
      suggestedThreshold = WhatIf.suggestedThreshold(for: state)
    }
  }

  private struct Step: Encodable {
    var step: Int
    var otherDrafts: [OtherDraft]?
    var routed: StepRouted?
    var drafted: StepDrafted?
    var screened: StepScreened?
    var judged: StepJudged?
    var decided: StepDecided?
    var committed: StepCommitted?
    var ledger: Ledger

    struct OtherDraft: Encodable {
      var drafted: StepDrafted?
      var judged: StepJudged?
    }

    init(_ state: StepState) {
      step = state.number
      let others = state.otherDrafts.map { OtherDraft(drafted: $0.drafted, judged: $0.judged) }
      otherDrafts = others.isEmpty ? nil : others
      routed = state.routed
      drafted = state.drafted
      screened = state.screened
      judged = state.judged
      decided = state.decided
      committed = state.committed
      ledger = state.ledger
    }
  }
}
