import Evaluation
import Foundation
import Inference
import Reasoning
import Reports
import Traces

@testable import Terminal
@testable import Viewer

extension FuzzTarget {
  /// A short text, made long by what is between two NULs of it, repeated: no reader's work grows with
  /// the square of a text. The first byte says which reader gets it.
  static let long = FuzzTarget(
    "long",
    seeds: readers.indices.flatMap { reader in
      units.map { unit in [UInt8(reader)] + Array("a\u{0}\(unit)\u{0}b".utf8) }
    }
  ) { bytes in
    let parts = bytes.dropFirst().split(
      separator: 0, maxSplits: 2, omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3, !parts[1].isEmpty else { return }
    let count = max(1, longText / parts[1].utf8.count)
    readers[Int(bytes.first ?? 0) % readers.count](
      parts[0] + String(repeating: parts[1], count: count) + parts[2], parts[1])
  }

  /// Bytes that a long text has: the square of it is minutes.
  private static let longText = 40_000

  private static let units = [
    "`", "*a", "**", "$x ", "|a", "|-|\n", "\\(", "\\[\n", "\\sqrt[", "\\frac", "\\left", "\\'",
    "'", "\"",
    ">", "<", "[", "{", "(", "{\"a\":", "漢", "e\u{301}", "\u{200D}", "\u{1F600}\u{200D}", "a b ",
    "\n", " ", "- ",
    "\u{1B}]1", "\\boxed{", "#", "a = [", "a.", "[a]\n", "b = 1\n", "1,", "\"a\"\"", "~~~\n",
    "```\n", "answer is ",
    "####", "\\text{", "x^", "_{", "((", "1/", "\r", "\t", "&", "data: a\n", "]]>", "*a\n", "1. ",
    "</think", "(]",
  ]

  /// Readers of a text and of the part that it is made of.
  private static let readers: [@Sendable (String, String) -> Void] = [
    { text, _ in draw(turn(of: text)) },
    { text, _ in draw(turn(of: "```\n" + text)) },
    { text, _ in
      let run = turn(of: text).reduce(into: RunState()) { $0.apply($1) }
      _ = HTMLExport.document(of: run)
      _ = MarkdownExport.document(of: run)
      _ = SVGExport.document(of: run)
      _ = try? JSONExport.document(of: run)
    },
    { text, _ in
      _ = GivenAnswer(in: text)
      _ = BoxedAnswer.last(in: text)
      _ = AnswerChecker.agree(text, text + "1")
    },
    { text, _ in
      _ = AnswerPair.pairs(in: Data(text.utf8))
      _ = try? ProblemSet(Data(text.utf8), name: "f")
      _ = try? PublishedResult(Data(text.utf8))
    },
    { text, _ in
      _ = try? TOMLDocument.table(text)
      _ = KeyFile(text, name: "keys.toml").problems.map { "\($0)" }
      var parser = ThemeParser(theme: "theme.toml")
      _ = parser.parse(text)
      _ = parser.mistakes.map { "\($0)" }
    },
    { text, _ in
      for tokenizer in smallTokenizers {
        _ = tokenizer.decode(tokenizer.encode(text, parseSpecial: true))
      }
    },
    { text, part in
      _ = WordDiff(from: text, to: "x " + text + " y")
      _ = WordDiff(from: text, to: String(text.reversed()))
      _ = Search(query: part).places(in: text)
    },
    { text, _ in
      guard let trace = try? TraceFile(Data(text.utf8)) else { return }
      draw(trace.events)
    },
    { text, _ in
      var splitter = StepSplitter()
      var decoder = KeyDecoder()
      for character in text { _ = splitter.append(String(character)) }
      _ = splitter.finish()
      for byte in text.utf8 { _ = decoder.feed([byte]) }
    },
  ]
}
