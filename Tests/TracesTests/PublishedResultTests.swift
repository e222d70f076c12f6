import Foundation
import TestSupport
import Testing

@testable import Traces

/// Result files of the published script; `Fixtures/results/make_results.py` wrote them with Python.
struct PublishedResultTests {
  private static func file(_ name: String) throws -> Data {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    return try Data(contentsOf: folder.appending(path: "results/\(name)"))
  }

  private static let forms = ["-0.pickle", "-2.pickle", "-4.pickle", "-5.pickle", ".txt"]

  /// A value as Python's `json` wrote it.
  private static func value(_ json: Any) -> PythonValue {
    switch json {
    case let text as String: .text(text)
    case let list as [Any]: .list(list.map(value))
    case let object as [String: Any]: .mapping(object.mapValues(value))
    case is NSNull: .none
    case let number as Double: number == number.rounded() ? .integer(Int(number)) : .number(number)
    default: .none
    }
  }

  @Test(arguments: ["greedy", "average"], forms)
  func `every form holds what Python put in`(name: String, form: String) throws {
    let content = try Self.file(name + form)
    let read =
      try form == ".txt" ? PythonLiteral.value(in: content) : PickleReader.value(in: content)
    let json = try JSONSerialization.jsonObject(with: try Self.file(name + ".json"))
    #expect(read == Self.value(json))
  }

  private func events(_ result: PublishedResult) -> [Event] {
    result.events(
      .init(
        prompt: "p", base: "b", draft: "d", threshold: result.threshold ?? -1, source: "f",
        version: "1"))
  }

  @Test func `a result becomes a turn with its steps, scores and answer`() throws {
    let result = try PublishedResult(try Self.file("greedy-4.pickle"))
    #expect(result.threshold == 7)
    let lines = try events(result).map { try TraceCoding.line($0) + "\n" }.joined()
    let trace = try TraceFile(Data(lines.utf8))
    #expect(trace.warning == nil)
    let turn = try #require(trace.run.turns.first)
    #expect(
      turn.steps.map { $0.committed?.status }
        == [.baseWritten, .baseRegenerated, .draftAccepted, .draftAccepted])
    #expect(turn.steps.map { $0.judged?.score } == [nil, 3, 8, 9])
    #expect(turn.steps[2].committed?.text == "I check: 42 - 25 = 17 ✓")
    #expect(turn.notices.map(\.step) == [3])
    #expect(turn.answer?.boxed == "42" && turn.ended?.stop == .finished)
    #expect(turn.ended?.tokens.draft == 57 && turn.ended?.tokens.base == 32)
    #expect(turn.ended?.tokens.discarded == 34)
    #expect(trace.run.started?.options.firstBaseSteps == 1)
    #expect(trace.run.started?.options.score == .greedy)
  }

  @Test func `averages stay averages, and a budget is a budget`() throws {
    let result = try PublishedResult(try Self.file("average-5.pickle"))
    let run = try TraceFile(
      Data(try events(result).map { try TraceCoding.line($0) + "\n" }.joined().utf8)
    ).run
    #expect(run.started?.options.score == .average)
    let turn = try #require(run.turns.first)
    #expect(turn.steps.map { $0.judged?.average } == [7.251, 5.875])
    #expect(turn.steps.map { $0.judged?.greedy } == [7, 6])
    #expect(turn.answer == nil && turn.ended?.stop == .budget)
  }

  private func result(_ steps: [(score: Double, accepted: Bool)]) throws -> PublishedResult {
    let entries = steps.map { score, accepted in
      """
      {'step_str': 'a', 'small_model_step': 'a', 'num_output_tokens_small': 1, 'score': \(score),
       'base_model_step': \(accepted ? "None" : "'b'"), 'justification': '5'}
      """
    }
    return try PublishedResult(Data("[\(entries.joined(separator: ", "))]".utf8))
  }

  @Test func `the threshold is the script's where it can be, else one that explains all`() throws {
    #expect(try result([(7, true), (6.9, false)]).threshold == 7)
    #expect(try result([(5, true), (4, false)]).threshold == 5)
    #expect(try result([(8, false), (9, true)]).threshold == 9)
    #expect(try result([(8, false)]).threshold == 9)
    #expect(try result([(5, true), (6, false)]).threshold == nil)
  }

  /// Made with Python's `pickle`: what runs a command, builds an object, or names a function.
  @Test(arguments: [
    "cos\nsystem\n(S'id'\ntR.", "cposix\nsystem\n(Vid\ntR.", "c__builtin__\neval\n(V1\ntR.",
    "\u{80}\u{4}cnumpy\ndtype\n.", "ccollections\nOrderedDict\n)R.", "(lp0\ng0\na.",
    "(lp0\n(lp1\ng0\na.",
    "\u{80}\u{2}]q\u{0}(h\u{0}e.", "i", "", "N", "NN.", "(", "(.", "a.", "e.", "]N", "}Na.",
    "X\u{1}\u{1}\u{1}\u{1}a.",
    "]" + String(repeating: "]", count: 1000) + String(repeating: "a", count: 1000) + ".",
    ")" + String(repeating: "\u{1}", count: 9),
  ])
  func `a pickle that is not plain data is refused, and nothing of it is run`(text: String) {
    let bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    #expect(throws: PythonValue.Unreadable.self) { try PickleReader.value(in: Data(bytes)) }
  }

  @Test func `tuples in tuples have an end`() {
    let deep = [UInt8(ascii: ")")] + Array(repeating: 0x85, count: 1_000_000) + [UInt8(ascii: ".")]
    #expect(throws: PythonValue.Unreadable.self) { try PickleReader.value(in: Data(deep)) }
  }

  /// The opcode that pushes `text`.
  private func pickled(_ text: String) -> [UInt8] {
    var bytes = [UInt8(ascii: "X")]
    for shift in [0, 8, 16, 24] {
      bytes.append(UInt8(truncatingIfNeeded: text.utf8.count >> shift))
    }
    bytes += Array(text.utf8)
    return bytes
  }

  @Test func `a dictionary grows in place, and has no more keys than a step could need`() throws {
    let set = UInt8(ascii: "s")
    func dictionary(_ keys: some Sequence<Int>) throws -> PythonValue {
      var bytes = [UInt8(ascii: "}")]
      for key in keys { bytes += pickled("\(key)") + [UInt8(ascii: "K"), 7, set] }
      bytes.append(UInt8(ascii: "."))
      return try PickleReader.value(in: Data(bytes))
    }
    let keys = (0..<50_000).lazy.map { $0 % 60 }
    let expected = Dictionary(
      uniqueKeysWithValues: (0..<60).map { ("\($0)", PythonValue.integer(7)) })
    #expect(try dictionary(keys) == .mapping(expected))
    #expect(throws: PythonValue.Unreadable.self) { try dictionary(0..<65) }
  }

  @Test func `a text that is recalled without end is refused`() throws {
    // `q` keeps the text and `h` recalls it; each recall takes two bytes.
    func pickle(recalling count: Int) -> Data {
      var bytes = Array("](".utf8)
      bytes += pickled(String(repeating: "a", count: 1 << 20))
      bytes += [UInt8(ascii: "q"), 0]
      for _ in 0..<count { bytes += [UInt8(ascii: "h"), 0] }
      return Data(bytes + Array("e.".utf8))
    }
    guard case .list(let texts) = try PickleReader.value(in: pickle(recalling: 10)) else {
      Issue.record("a list is expected")
      return
    }
    #expect(texts.count == 11)
    #expect(throws: PythonValue.Unreadable.self) {
      try PickleReader.value(in: pickle(recalling: 65))
    }
  }

  @Test(arguments: [
    "[", "[1", "['a]", "{1: 2}", "{'a' 1}", "[1 2]", "__import__('os')", "[].x", "1 + 1", "'\\x1'",
    "f'a'", "lambda: 1", String(repeating: "[", count: 100_000), "np.float64(", "nan(1)", "--1",
  ])
  func `a text that is no literal is refused`(text: String) {
    #expect(throws: PythonValue.Unreadable.self) { try PythonLiteral.value(in: Data(text.utf8)) }
  }

  @Test func `any change of a byte is read or refused`() throws {
    var random = SeededGenerator(seed: 7)
    for name in ["greedy-0.pickle", "average-4.pickle", "greedy.txt"] {
      let content = try Self.file(name)
      for _ in 0..<400 {
        var changed = content
        let place = changed.startIndex + Int.random(in: 0..<changed.count, using: &random)
        changed[place] = UInt8.random(in: 0...255, using: &random)
        guard let result = try? PublishedResult(changed) else { continue }
        for event in events(result) { _ = try? TraceCoding.line(event) }
      }
    }
  }

  private static let huge =
    "{'step_str': 'a', 'small_model_step': 'a', 'num_output_tokens_small': 9000000000000000000}"

  @Test(arguments: [
    "[]", "[1]", "{}", "[{'step_str': 'a'}]",
    "[{'step_str': 'a', 'score': 77, 'small_model_step': 'a'}]",
    // Two of them have no sum.
    "[\(huge), \(huge)]", "[\(huge)]",
    "[{'step_str': 'a', 'base_model_step': 'a', 'num_output_tokens_base': -1}]",
  ])
  func `what holds no steps is refused in a sentence`(text: String) {
    #expect(throws: PublishedResult.Flaw.self) { try PublishedResult(Data(text.utf8)) }
  }
}
