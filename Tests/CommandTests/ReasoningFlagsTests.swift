import ArgumentParser
import Foundation
import TestSupport
import Testing
import Traces

@testable import specreason

@Suite struct `The options of the command line` {
  private func options(
    _ arguments: [String], over recorded: RunOptions? = nil, hasDraft: Bool = true,
    isDemo: Bool = false
  ) throws -> RunOptions {
    try ReasoningFlags.parse(arguments).options(over: recorded, hasDraft: hasDraft, isDemo: isDemo)
  }

  /// What the program says where `arguments` cannot be used.
  private func refusal(_ arguments: [String], over recorded: RunOptions? = nil) -> String? {
    do {
      _ = try options(arguments, over: recorded)
      return nil
    } catch {
      return ReasoningFlags.message(for: error)
    }
  }

  @Test func `what is not given has the program's default, or one that fits the pair`() throws {
    var expected = RunOptions()
    expected.seed = 1
    #expect(try options(["--seed", "1"]) == expected)
    #expect(try options([], hasDraft: false).mode == .base)
    #expect(try options([], isDemo: true).earlierTurns == 0)
    #expect(try options(["--earlier-turns", "3"], isDemo: true).earlierTurns == 3)
    #expect(try options([]).seed != options([]).seed)
  }

  @Test(arguments: [
    ("mode", "draft"), ("threshold", "6.5"), ("score", "greedy"), ("judge", "prefix"),
    ("judge-question", "Right?"), ("judge-opening", "Digit: "), ("second-judge", "short"),
    ("unreadable", "accept"), ("lookahead", "4"), ("candidates", "3"), ("adapt", "speedup=2.0"),
    ("first-base-steps", "2"), ("budget", "100"), ("thinking-budget", "50"),
    ("step-limit", "64"), ("temperature", "0.0"), ("top-p", "0.5"), ("top-k", "40"),
    ("min-p", "0.1"), ("system", "Be brief."), ("earlier-turns", "1"), ("seed", "9"),
  ])
  func `each option is read by its name`(name: String, text: String) throws {
    let option = try #require(RunOption.named(name))
    let options = try options(["--\(name)", text])
    #expect(option.value(in: options).text == text)
    #expect(try ReasoningFlags.parse(["--\(name)=\(text)"]).gives(name))
    #expect(try !ReasoningFlags.parse([]).gives(name))
  }

  @Test func `a flag is switched on and off by its name`() throws {
    #expect(try options(["--ahead"]).draftsAhead)
    var recorded = RunOptions()
    recorded.draftsAhead = true
    #expect(try options([], over: recorded).draftsAhead)
    #expect(try !options(["--no-ahead"], over: recorded).draftsAhead)
  }

  @Test func `the help tells every option, its values and its default`() {
    let help = Chat.helpMessage(includeHidden: false, columns: 10_000)
    for option in RunOption.all {
      #expect(help.contains("--\(option.name)"), "\(option.name)")
      #expect(help.contains(option.help), "\(option.name)")
      if !option.isFlag {
        #expect(option.choices.allSatisfy { help.contains($0) }, "\(option.name)")
      }
    }
    #expect(help.contains("[default: 8192]") && help.contains("[default: a new one each time]"))
    #expect(!help.contains(ReasoningFlags.setByFileName))
  }

  // MARK: Errors

  @Test(arguments: [
    (["--top-p", "3"], "--top-p must be a number above 0 and at most 1, not 3."),
    (
      ["--threshold", "seven"],
      "--threshold must be a number from 0 to 9, or a share such as 80%, not seven."
    ),
    (["--temperature", "101"], "--temperature must be a number from 0 to 100, not 101."),
    (
      ["--thinking-budget", "0"],
      "--thinking-budget must be a number of tokens from 1 to 10000000, or off, not 0."
    ),
    (["--judge", "best"], "--judge must be one of reference, short, prefix, likelihood, "),
    (
      ["--second-judge", "confidence"],
      "--second-judge must be one of reference, short, prefix, likelihood, "
    ),
    (["--cascade", "self,8,2"], "--cascade must be JUDGE,LOW,HIGH with scores from 0 to 9"),
    (["--triggers", "words"], "--triggers must be a list such as reflection,"),
  ])
  func `a value out of range is refused with what the option takes`(
    arguments: [String], sentence: String
  ) {
    #expect(refusal(arguments)?.contains(sentence) == true, "\(refusal(arguments) ?? "")")
  }

  @Test func `bounds of a threshold that does not move are refused`() throws {
    #expect(refusal(["--threshold-bounds", "3,8"])?.contains("--adapt") == true)
    #expect(refusal(["--threshold-bounds", "3,8", "--adapt", "speedup=2"]) == nil)
    var recorded = RunOptions()
    recorded.adapt = .speedup(2)
    let resumed = try options(["--threshold-bounds", "3,8"], over: recorded)
    #expect(resumed.thresholdBounds == ThresholdBounds(3...8))
    #expect(resumed.adapt == .speedup(2))
  }

  @Test func `a judge of your own needs a question, and a question is such a judge`() throws {
    #expect(refusal(["--judge", "own"])?.contains("--judge-question") == true)
    #expect(refusal(["--second-judge", "own"])?.contains("--judge-question") == true)
    #expect(try options(["--judge-question", "Right?"]).judge == .own)
    #expect(try options(["--judge-question", "Right?", "--judge", "short"]).judge == .short)
  }

  @Test func `a mode that needs a draft model is refused without one`() {
    #expect(throws: ValidationError.self) { try options(["--mode", "reason"], hasDraft: false) }
  }

  // MARK: Going on with a run

  @Test func `a run that goes on has its recorded options, and over them what is given`() throws {
    var recorded = RunOptions()
    for text in [("judge", "own"), ("judge-question", "Old?"), ("budget", "100"), ("seed", "5")] {
      recorded.apply(.of(text.0, text.1))
    }
    recorded.candidates = 3
    recorded.secondJudge = .likelihood
    #expect(try options([], over: recorded) == recorded)
    let resumed = try options(["--judge-question", "New?", "--budget", "7"], over: recorded)
    recorded.judgeQuestion = "New?"
    recorded.budget = 7
    #expect(resumed == recorded)
  }

  @Test func `a limit of a run that goes on can be switched off`() throws {
    var recorded = RunOptions()
    recorded.thinkingBudget = 100
    recorded.systemPrompt = "Be brief."
    let resumed = try options(["--thinking-budget", "off", "--system", "off"], over: recorded)
    #expect(resumed.thinkingBudget == nil && resumed.systemPrompt == nil)
  }

  @Test func `a system prompt is read from a file`() throws {
    let folder = try TemporaryFolder()
    try folder.write("prompt.txt", Array("Be brief.\n".utf8))
    try withExtendedLifetime(folder) { () throws in
      #expect(try options(["--system", "@\(folder.path)/prompt.txt"]).systemPrompt == "Be brief.")
    }
    #expect(refusal(["--system", "@/nowhere.txt"])?.contains("/nowhere.txt") == true)
  }
}
