import Foundation
import TestSupport
import Testing

@testable import specreason

/// What the Markdown files of the project say about files and commands is so.
struct DocumentTests {
  /// A Markdown file of the project.
  struct Document: CustomTestStringConvertible {
    /// Its path within the package.
    var path: String
    var text: String

    var testDescription: String { path }

    /// Texts that stand as code: in backticks, or as indented or fenced lines.
    var codes: [String] {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let blocks = lines.filter { $0.hasPrefix("    ") }.map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      let spans = lines.filter { !$0.hasPrefix("    ") }.flatMap { line in
        line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
          .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      }
      return blocks + spans
    }
  }

  static let documents: [Document] = {
    let root = Program.packageRoot
    let skipped: Set = [".build", ".git"]
    let files = FileManager.default.enumerator(atPath: root.path)
    var paths: [String] = []
    while let path = files?.nextObject() as? String {
      let first = path.split(separator: "/").first.map(String.init) ?? ""
      if skipped.contains(first) || first.hasPrefix(".build") { files?.skipDescendants() }
      if path.hasSuffix(".md") { paths.append(path) }
    }
    return paths.sorted().compactMap { path in
      (try? String(contentsOf: root.appending(path: path), encoding: .utf8)).map {
        Document(path: path, text: $0)
      }
    }
  }()

  @Test func `the README is a page, not a notebook`() throws {
    let readme = try #require(Self.documents.first { $0.path == "README.md" })
    #expect(readme.text.split(separator: "\n", omittingEmptySubsequences: false).count <= 150)
  }

  @Test(arguments: documents) func `every link to a file resolves`(document: Document) throws {
    let link = /\]\((?<target>[^)\s]+)\)/
    let folder = Program.packageRoot.appending(path: document.path).deletingLastPathComponent()
    for match in document.text.matches(of: link) {
      let target = String(match.target.prefix { $0 != "#" })
      guard !target.isEmpty, !target.contains("://") else { continue }
      let file = folder.appending(path: target)
      #expect(FileManager.default.fileExists(atPath: file.path), "\(document.path): \(target)")
    }
  }

  @Test(arguments: documents)
  func `every command of the program is one that it understands`(document: Document) throws {
    for code in document.codes {
      guard let arguments = Self.programArguments(in: code) else { continue }
      #expect(throws: Never.self, "\(document.path): \(code)") {
        _ = try SpecReason.parseAsRoot(arguments)
      }
    }
  }

  @Test(arguments: documents) func `every make target and script exists`(document: Document) throws
  {
    let makefile = try String(
      contentsOf: Program.packageRoot.appending(path: "Makefile"), encoding: .utf8)
    for code in document.codes {
      let words = Self.words(of: code)
      if words.first == "make", words.count > 1 {
        #expect(makefile.contains("\n\(words[1]):"), "\(document.path): \(code)")
      }
      for word in words where word.hasPrefix("Benchmarks/") || word.hasPrefix("scripts/") {
        let file = Program.packageRoot.appending(path: word)
        #expect(FileManager.default.fileExists(atPath: file.path), "\(document.path): \(code)")
      }
    }
  }

  @Test func `the version of the program heads the list of changes`() throws {
    let changes = try #require(Self.documents.first { $0.path == "CHANGELOG.md" })
    let heading = changes.text.split(separator: "\n").first {
      $0.hasPrefix("## ") && $0 != "## Unreleased"
    }
    #expect(heading?.hasPrefix("## \(SpecReason.version) ") == true)
  }

  /// What follows the program's name in a command line, a `make run ARGS='…'`, or a table's code
  /// span; nil where the program is not called.
  static func programArguments(in code: String) -> [String]? {
    var words = words(of: code)
    if let comment = words.firstIndex(of: "#") { words.removeSubrange(comment...) }
    if words.starts(with: ["make", "run"]) {
      guard let argument = words.dropFirst(2).first, argument.hasPrefix("ARGS="),
        argument != "ARGS=…"
      else { return nil }
      return Self.words(of: String(argument.dropFirst("ARGS=".count)))
    }
    guard words.first == "specreason", !words.contains(where: { "|<>".contains($0) }) else {
      return nil
    }
    return Array(words.dropFirst())
  }

  /// Words as a shell splits them; quotes are all the syntax that is known.
  static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let whole = word { words.append(whole) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    return words + [word].compactMap(\.self)
  }
}
