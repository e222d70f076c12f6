import TestSupport
import Testing
import Traces

@testable import Reasoning

/// Who writes a step before anybody judges it.
@Suite struct RoutingTests {
  private func run(_ change: (inout RunOptions) -> Void) -> MachineRun {
    var options = RunOptions.published(threshold: 7)
    change(&options)
    return MachineRun(options)
  }

  @Test func `a first token above the bound gives the step to the base outright`() {
    var run = run { $0.glimpse = 1.5 }
    #expect(run.request?.handover?.entropy == 1.5)
    run.generated("The", .handover, tokens: 1, entropy: 1.93)
    #expect(run.routed.map(\.cause) == [.glimpse])
    #expect(run.routed.first?.reason == "first token's entropy 1.9 above 1.5")
    #expect(run.routed.first?.firstEntropy == 1.93)
    #expect(run.next == NextGeneration(role: .base, step: 1))
    // Nothing of the draft is proposed to the base, and nothing is judged or decided.
    #expect(run.request?.proposal == nil && run.decided.isEmpty)
    run.generated("So 2.")
    #expect(run.committed.map(\.status) == [.baseWritten])
    #expect(run.totals.tokens.draft == 1 && run.totals.tokens.discarded == 1)
    #expect(run.totals.accepted == 0 && run.totals.rejected == 0)
    #expect(run.next == NextGeneration(role: .draft, step: 2))
  }

  @Test(arguments: [1.5, 0, nil] as [Double?])
  func `a first token within the bound, or an unknown one, leaves the step to the draft`(
    entropy: Double?
  ) {
    var run = run { $0.glimpse = 1.5 }
    run.generated("So 2.", entropy: entropy)
    #expect(run.routed.isEmpty && run.judgedTexts == ["So 2."])
    let drafted = run.events.compactMap {
      if case .stepDrafted(let step) = $0 { step } else { nil }
    }
    #expect(drafted.map(\.firstEntropy) == [entropy])
  }

  @Test func `a bound of 0 lets the base write all, a great one the draft`() {
    var run = run { $0.glimpse = 0 }
    for step in 1...3 {
      run.generated("x", .handover, tokens: 1, entropy: 0.01)
      #expect(run.next == NextGeneration(role: .base, step: step))
      run.generated("step \(step)")
    }
    #expect(run.committed.allSatisfy { $0.status == .baseWritten })
    var other = self.run {
      $0.glimpse = 20
      $0.judge = .nobody
    }
    for step in 1...3 { other.generated("step \(step)", entropy: 11) }
    #expect(other.committed.allSatisfy { $0.status == .draftUnasked })
  }

  @Test func `a step that was stopped is handed over, even if the bound has moved since`() {
    var run = run { $0.glimpse = 1.5 }
    run.machine.options.glimpse = 3
    run.generated("The", .handover, tokens: 1, entropy: 1.93)
    #expect(run.routed.map(\.cause) == [.glimpse] && run.next?.role == .base)
    run.generated("So 2.")
    run.machine.options.glimpse = nil
    run.generated("Wait", .handover, tokens: 1)
    #expect(run.routed.map(\.cause) == [.glimpse, .words] && run.judgedTexts.isEmpty)
  }

  @Test func `a text that waits is written with the bounds as they are then`() throws {
    var run = run { $0.mode = .stitch }
    var request = try #require(run.request)
    run.machine.options.stitch = 2
    run.machine.renew(&request)
    #expect(request.stitching?.bound == 2)
  }

  @Test(arguments: ["Wait, that is wrong.", "But wait: no.", "Hold on. We had 3."])
  func `a step that turns back is the base's to write`(text: String) {
    var run = run { $0.triggers = StepTriggers("reflection") }
    run.generated(text)
    #expect(run.routed.map(\.cause) == [.words])
    #expect(run.next == NextGeneration(role: .base, step: 1))
    #expect(run.totals.tokens.discarded == 10)
  }

  @Test(arguments: [
    "We await the result.", "Let me check it.", "One two three four five six wait.",
  ])
  func `other words, and words further on, are not`(text: String) {
    var run = run { $0.triggers = StepTriggers("reflection") }
    run.generated(text)
    #expect(run.routed.isEmpty && run.judgedTexts == [text])
  }

  @Test func `a step that verifies is the base's to write where that is asked for`() {
    var run = run { $0.triggers = StepTriggers("verification") }
    run.generated("Let me double-check this.")
    #expect(run.routed.first?.reason == "it begins with \u{201C}check\u{201D}")
    #expect(run.next?.role == .base)
  }

  @Test func `after so many steps that turn back the base writes one, and they count anew`() {
    var run = run {
      $0.triggers = StepTriggers("returns=2")
      $0.judge = .nobody
    }
    run.generated("Wait, 1.")
    run.generated("So 2.")
    run.generated("Hmm, 3.")
    #expect(run.routed.map(\.cause) == [.returns])
    #expect(run.routed.first?.reason == "2 steps turned back")
    #expect(run.next == NextGeneration(role: .base, step: 4))
    run.generated("Wait, I see.")
    #expect(run.next == NextGeneration(role: .draft, step: 5))
    run.generated("Actually 5.")
    #expect(run.next == NextGeneration(role: .draft, step: 6))
    run.generated("Wait, 6.")
    #expect(run.next == NextGeneration(role: .base, step: 7))
  }

  @Test func `a note in place of the base's step leaves the returns as they were`() {
    var run = run {
      $0.triggers = StepTriggers("returns=2")
      $0.judge = .nobody
    }
    run.generated("Wait, 1.")
    run.generated("Hmm, 2.")
    #expect(run.next == NextGeneration(role: .base, step: 3))
    run.steered(by: .note(after: 2, text: "mine"), partial: "So")
    #expect(run.committed.last?.status == .note)
    #expect(run.machine.turn.steps[2].routed == nil)
    #expect(run.routed.map(\.step) == [3, 4])
    #expect(run.next == NextGeneration(role: .base, step: 4))
    run.generated("So 4.")
    #expect(run.next == NextGeneration(role: .draft, step: 5))
  }

  @Test func `a draft that is too sure of itself is rejected by rule`() {
    var run = run { $0.triggers = StepTriggers("perplexity=1.05") }
    run.generated("So 2.", probabilities: [0.99, 0.98, 1])
    #expect(run.decided.first?.by == .rule)
    #expect(run.decided.first?.reason == "overconfident: perplexity 1.010135 at most 1.05")
    #expect(run.next == NextGeneration(role: .base, step: 1))
    run.generated("So 3.")
    run.generated("So 4.", probabilities: [0.5, 0.9])
    #expect(run.judgedTexts.last == "So 4.")
    run.judged(9)
    run.generated("So 5.", probabilities: nil)
    #expect(run.judgedTexts.last == "So 5.")
  }

  @Test(arguments: [Mode.base, .draft, .specDecode])
  func `modes that judge nothing route nothing`(mode: Mode) {
    var run = run {
      $0.mode = mode
      $0.glimpse = 0
      $0.triggers = StepTriggers("reflection,returns=1")
    }
    #expect(run.request?.handover == nil)
    run.generated("Wait, 1.", entropy: 9)
    run.generated("Wait, 2.", entropy: 9)
    #expect(run.routed.isEmpty && run.committed.count == 2)
  }

  @Test func `a step that no budget has room for is not given to anybody`() {
    var run = run {
      $0.glimpse = 0
      $0.budget = 40
      $0.workBudget = 31
    }
    run.generated("x", .handover, tokens: 31, entropy: 1)
    #expect(run.routed.isEmpty)
    #expect(run.machine.turn.steps.isEmpty)
  }

  @Test func `what a step is given away for can be steered like any other`() {
    var run = run { $0.glimpse = 1 }
    run.generated("x", .handover, tokens: 1, entropy: 2)
    #expect(run.machine.refusal(of: .override(step: 1, verdict: .accepted)) != nil)
    run.steered(by: .note(after: 0, text: "mine"))
    #expect(run.committed.map(\.status) == [.note])
  }
}
