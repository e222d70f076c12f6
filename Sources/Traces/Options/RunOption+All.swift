/// The table of options: to add one, store it in ``RunOptions`` and describe it here.
extension RunOption {
  /// Every option, in the order of the help.
  public static let all: [RunOption] = [
    mode,
    threshold,
    choice(
      "score", \.score, counts: .decision,
      help: "How the judge's digits become a score."),
    choice(
      "judge", \.judge, counts: .turn,
      help: """
        Who judges drafts. The base model: with a wording (reference, short, prefix, own) or by its \
        probabilities of the step (likelihood and its variants). The draft model: by its own \
        probabilities (confidence and its variants), or asked itself (self). Or nobody.
        """,
      defaultHelp: "short; own where there is a --judge-question"),
    text(
      "judge-question", \.judgeQuestion, counts: .decision, trace: ["judgeWording", "question"],
      help: "Your own wording of a judge: what asks for one digit from 0 to 9 after a step."),
    text(
      "judge-opening", \.judgeOpening, counts: .decision, trace: ["judgeWording", "opening"],
      help: "How the reply to your own question begins, before its digit.",
      isRecorded: { $0.judgeQuestion != nil }),
    choice(
      "second-judge", \.secondJudge, among: JudgeKind.asking, counts: .turn,
      trace: ["secondJudge"],
      help: "Also record what this judge says of each step; it decides nothing."),
    RunOption(
      "cascade", \.cascade, counts: .turn, traceKeys: ["cascade"],
      allowed: "JUDGE,LOW,HIGH with scores from 0 to 9, such as confidence,2,8",
      help: """
        A cheap judge that is asked first, JUDGE,LOW,HIGH: it rejects below LOW and accepts above \
        HIGH; between them --judge decides.
        """,
      stepping: .around([OptionValue.offText, "confidence,2.0,8.0", "self,2.0,7.0"])),
    RunOption(
      "glimpse", \.glimpse, counts: .write, traceKeys: ["glimpse"],
      allowed: "a number of nats from 0 to 20",
      help: """
        Entropy of the draft model's first token of a step, in nats, above which the base model \
        writes the step outright.
        """,
      stepping: .adding(0.25, from: 0),
      isInRange: { value in Double(value).map((0...20).contains) ?? true }),
    RunOption(
      "triggers", \.triggers, counts: .write, traceKeys: ["triggers"],
      allowed: "a list such as reflection,verification,returns=15,perplexity=1.01",
      help: """
        What else hands a step to the base model: a step that begins with words of reflection or \
        verification; returns=COUNT steps of reflection; a draft of at most perplexity=NUMBER.
        """,
      stepping: .around([
        OptionValue.offText, "reflection,verification,returns=15", "perplexity=1.01",
      ])),
    number(
      "stitch", \.stitch, in: 0...20, step: 0.1, counts: .write,
      help: """
        In mode stitch, entropy of the next token, in nats, from which on it comes from the base \
        model, which hands back below it.
        """),
    choice(
      "unreadable", \.unreadable, counts: .decision,
      help: "What becomes of a draft whose judgement cannot be read; ask works in the viewer."),
    flag(
      "ahead", \.draftsAhead, counts: .write,
      help:
        "Draft the next step while one is judged, where each model has its own machine.",
      defaultHelp: "off; on where a server is on another machine"),
    integer(
      "lookahead", \.lookahead, in: 1...16, of: "steps", counts: .write,
      help: """
        Steps drafted before one pass judges them all, where the judge is likelihood or a variant; \
        1 to 16.
        """),
    integer(
      "candidates", \.candidates, in: 1...100, of: "drafts", counts: .turn,
      help:
        "Drafts of each step, judged together: the best is accepted, or the base model writes it."),
    RunOption(
      "adapt", \.adapt, counts: .decision, traceKeys: ["adapt"],
      allowed: "acceptance=0.8, speedup=2, error=0.05",
      help: """
        Move the threshold by itself towards acceptance=SHARE of the drafts, an estimated \
        speedup=FACTOR, or an error=SHARE of accepted drafts by the judge's own probabilities.
        """,
      stepping: .around([OptionValue.offText, "acceptance=0.8", "speedup=2.0", "error=0.05"])),
    RunOption(
      "threshold-bounds", \.thresholdBounds, counts: .decision, traceKeys: ["thresholdBounds"],
      allowed: "LOW,HIGH within 0 and 9, such as 3,8",
      help: "Where --adapt may move the threshold: LOW,HIGH."),
    integer(
      "first-base-steps", \.firstBaseSteps, in: 0...10_000, of: "steps", counts: .turn,
      trace: ["firstBaseSteps"], help: "Steps the base model writes first."),
    integer(
      "budget", \.budget, in: 1...10_000_000, of: "tokens", counts: .write, doublingFrom: 1,
      help: """
        Token budget of a turn: its kept steps and its answer. A quarter, at most 256, is kept back \
        for the answer.
        """),
    integer(
      "work-budget", \.workBudget, in: 1...100_000_000, of: "tokens", counts: .write,
      trace: ["workBudget"], doublingFrom: 1024,
      help: "Tokens that both models may write in a turn, kept or not.",
      defaultHelp: "4 times the budget"),
    integer(
      "thinking-budget", \.thinkingBudget, in: 1...10_000_000, of: "tokens", counts: .write,
      trace: ["thinkingBudget"], doublingFrom: 128,
      help: "Tokens of kept reasoning after which the answer is asked for.", defaultHelp: "no limit"
    ),
    integer(
      "step-limit", \.stepLimit, in: 1...100_000, of: "tokens", counts: .write,
      trace: ["stepLimit"], doublingFrom: 1,
      help: "Tokens at which a step is cut."),
    number(
      "temperature", \.sampling.temperature, in: 0...100, step: 0.1, counts: .write,
      trace: ["sampling", "temperature"], help: "Sampling temperature; 0 is greedy."),
    number(
      "top-p", \.sampling.topP, in: Double.leastNonzeroMagnitude...1, step: 0.05,
      allowed: "a number above 0 and at most 1", counts: .write, trace: ["sampling", "topP"],
      help: "Nucleus sampling, 0 < p ≤ 1."),
    integer(
      "top-k", \.sampling.topK, in: 0...10_000_000, of: "tokens", counts: .write,
      trace: ["sampling", "topK"], help: "Keep the k most probable tokens; 0 keeps all."),
    number(
      "min-p", \.sampling.minP, in: 0...1.0.nextDown, step: 0.05,
      allowed: "a number of at least 0 and below 1", counts: .write, trace: ["sampling", "minP"],
      help: "Keep tokens at least p times as probable as the best."),
    choice(
      "thinking", \.thinking, counts: .turn,
      help: """
        What chat templates are told of the reasoning: on, off, or an effort. With off the reply \
        itself is what is written step by step.
        """),
    systemPrompt,
    integer(
      "earlier-turns", \.earlierTurns, in: 0...10_000, of: "turns", counts: .turn,
      trace: ["earlierTurns"], help: "Earlier turns of the chat that the models see.",
      defaultHelp: "all; none with the demo pair"),
    RunOption(
      "seed", \.seed, counts: .turn, traceKeys: ["seed"], allowed: "a whole number, 0 or more",
      help: "Seed of the random numbers.", defaultHelp: "a new one each time",
      stepping: .adding(1, from: 0)),
  ]

  /// How the two models work together.
  public static let mode = choice(
    "mode", \.mode, counts: .turn,
    help: "How the models work together.",
    defaultHelp: """
      reason+decode where the models share a vocabulary, else reason; base without a draft model
      """)

  /// The acceptance threshold.
  public static let threshold = RunOption(
    "threshold", \.acceptance, counts: .decision, traceKeys: ["threshold"],
    allowed: "a number from 0 to 9, or a share such as 80%",
    help: """
      Acceptance threshold τ, 0 to 9; or the share of the base model's own steps that it lets pass, \
      such as 80%.
      """,
    stepping: .adding(0.5, from: 0),
    isInRange: { AcceptanceThreshold($0)?.isInRange ?? true })

  /// What the models are told before the chat.
  public static let systemPrompt = text(
    "system", \.systemPrompt, counts: .turn, readsFile: true,
    help: "System prompt: what the models are told before the chat; @FILE reads it.")
}

// MARK: Kinds of options

extension RunOption {
  private static func flag(
    _ name: String, _ path: WritableKeyPath<RunOptions, Bool> & Sendable, counts: Beginning,
    help: String, defaultHelp: String? = nil
  ) -> RunOption {
    RunOption(
      name, path, counts: counts, traceKeys: [name], allowed: "on or off", help: help,
      defaultHelp: defaultHelp, choices: ["on", "off"], stepping: .around(["on", "off"]),
      isFlag: true)
  }

  private static func choice<Value>(
    _ name: String, _ path: WritableKeyPath<RunOptions, Value> & Sendable, counts: Beginning,
    help: String, defaultHelp: String? = nil
  ) -> RunOption where Value: OptionRepresentable & CaseIterable & RawRepresentable<String> {
    let choices = Value.allCases.map(\.rawValue)
    return RunOption(
      name, path, counts: counts, traceKeys: [name], allowed: oneOf(choices), help: help,
      defaultHelp: defaultHelp, choices: choices, stepping: .around(choices))
  }

  private static func choice<Value>(
    _ name: String, _ path: WritableKeyPath<RunOptions, Value?> & Sendable, among values: [Value],
    counts: Beginning, trace: [String], help: String
  ) -> RunOption where Value: OptionRepresentable & RawRepresentable<String> {
    let choices = values.map(\.rawValue)
    return RunOption(
      name, path, counts: counts, traceKeys: trace, allowed: oneOf(choices), help: help,
      choices: choices + [OptionValue.offText],
      stepping: .around(choices + [OptionValue.offText]),
      isInRange: { value in value == .off || choices.contains(value.text) })
  }

  private static func oneOf(_ choices: [String]) -> String {
    "one of " + choices.joined(separator: ", ")
  }

  private static func integer<Value: OptionRepresentable>(
    _ name: String, _ path: WritableKeyPath<RunOptions, Value> & Sendable,
    in range: ClosedRange<Int>, of unit: String, counts: Beginning, trace: [String]? = nil,
    doublingFrom smallest: Int? = nil, help: String, defaultHelp: String? = nil
  ) -> RunOption {
    RunOption(
      name, path, counts: counts, traceKeys: trace ?? [name],
      allowed: "a number of \(unit) from \(range.lowerBound) to \(range.upperBound)", help: help,
      defaultHelp: defaultHelp,
      stepping: smallest.map(Stepping.doubling)
        ?? .adding(1, from: Double(range.lowerBound)),
      isInRange: { value in Int(value).map(range.contains) ?? true })
  }

  private static func number(
    _ name: String, _ path: WritableKeyPath<RunOptions, Double> & Sendable,
    in range: ClosedRange<Double>, step: Double, allowed: String? = nil, counts: Beginning,
    trace: [String]? = nil, help: String
  ) -> RunOption {
    func short(_ value: Double) -> String { Int(exactly: value).map { "\($0)" } ?? "\(value)" }
    return RunOption(
      name, path, counts: counts, traceKeys: trace ?? [name],
      allowed: allowed
        ?? "a number from \(short(range.lowerBound)) to \(short(range.upperBound))",
      help: help, stepping: .adding(step, from: range.lowerBound),
      isInRange: { value in Double(value).map(range.contains) ?? true })
  }

  private static func text<Value: OptionRepresentable>(
    _ name: String, _ path: WritableKeyPath<RunOptions, Value> & Sendable, counts: Beginning,
    trace: [String]? = nil, readsFile: Bool = false, help: String,
    isRecorded: @escaping @Sendable (RunOptions) -> Bool = { _ in true }
  ) -> RunOption {
    RunOption(
      name, path, counts: counts, traceKeys: trace ?? [name], allowed: "a text", help: help,
      readsFile: readsFile, isRecorded: isRecorded)
  }
}
