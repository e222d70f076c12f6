import Reasoning
import TestSupport
import Testing
import Traces

@testable import Backends

/// Models whose state cannot be cut back reason as if nothing were ever kept.
@Suite struct RecurrentPairTests {
  /// A backend that computes every call afresh.
  private struct Forgetful: Backend {
    let engine: LocalEngine
    var executor: QueueExecutor? { engine.executor }

    func describe() async throws -> PairDescription { try await engine.describe() }

    func generate(
      _ request: GenerationRequest, onToken: @escaping @Sendable (GeneratedToken) -> Void
    ) async throws -> Generation {
      await engine.forget()
      return try await engine.generate(request, onToken: onToken)
    }

    func judge(_ request: JudgeRequest) async throws -> [Judgement] {
      await engine.forget()
      return try await engine.judge(request)
    }
  }

  private static func options(_ change: (inout RunOptions) -> Void) -> RunOptions {
    var options = RunOptions()
    options.budget = 200
    options.stepLimit = 40
    options.judge = .likelihood
    options.threshold = 6
    change(&options)
    return options
  }

  /// Rejected drafts, candidates, several steps in one pass, token-level speculation, digits.
  static let runs: [RunOptions] = [
    options { $0.mode = .reason },
    options { $0.candidates = 3 },
    options { $0.lookahead = 3 },
    options {
      $0.judge = .short
      $0.threshold = 4.5
      $0.secondJudge = .likelihood
    },
    options { $0.mode = .specDecode },
    options {
      $0.judge = .prefix
      $0.sampling.temperature = 1.3
      $0.firstBaseSteps = 2
    },
  ]

  /// What is said in a run that is steered: branches from two places, an edited step, an answer.
  private func told(
    by backend: some Backend, _ options: RunOptions, seed: UInt64
  ) async -> (lines: [String], verdicts: Set<Verdict>) {
    var options = options
    options.seed = seed
    let reasoner = Reasoner(
      backend: backend, options: options, version: "test", secondsSinceStart: { 0 })
    await reasoner.run(prompt: "What is 2 + 3?")
    for steering in [
      .branch(after: 1), .edit(step: 2, text: "So it is 5."), .branch(after: 0), .answerNow,
    ] as [Steering] {
      await reasoner.apply(.steer(steering))
      await reasoner.idle()
    }
    await reasoner.run(prompt: "And 3 + 4?")
    await reasoner.finish()
    var lines: [String] = []
    var verdicts: Set<Verdict> = []
    for await event in reasoner.events {
      switch event.kind {
      case .stepDrafted(let step): lines.append("drafted \(step.text)")
      case .stepJudged(let judged): lines.append("judged \(judged.score?.description ?? "-")")
      case .stepDecided(let decided):
        verdicts.insert(decided.verdict)
        lines.append("decided \(decided.verdict)")
      case .stepCommitted(let step): lines.append("kept \(step.status) \(step.text)")
      case .answer(let answer): lines.append("answer \(answer.text)")
      case .turnEnded(let end): lines.append("ended \(end.stop)")
      case .error(let notice): lines.append("error \(notice.message)")
      default: break
      }
    }
    return (lines, verdicts)
  }

  @Test(arguments: runs.indices)
  func `a steered run gives the texts of one that keeps nothing`(_ run: Int) async throws {
    let (base, draft) = (try RandomHybrid.file(), try RandomHybrid.file(noise: 0.05))
    let files = LocalEngine.Files(base: base.path, draft: draft.path)
    var verdicts: Set<Verdict> = []
    for seed in 0..<2 as Range<UInt64> {
      let kept = await told(by: LocalEngine(files: files, threads: 2), Self.runs[run], seed: seed)
      let afresh = await told(
        by: Forgetful(engine: LocalEngine(files: files, threads: 1)), Self.runs[run], seed: seed)
      #expect(kept.lines == afresh.lines)
      #expect(kept.lines.count > 20 && !kept.lines.contains { $0.hasPrefix("error") })
      verdicts.formUnion(kept.verdicts)
    }
    if Self.runs[run].mode == .reason { #expect(verdicts == [.accepted, .rejected]) }
  }
}
