import Foundation

/// A reader of bytes that come from outside.
struct FuzzTarget: Sendable {
  let name: String
  /// Inputs to begin with.
  let seeds: [[UInt8]]
  /// Reads the bytes. What must hold of the result is a precondition, so that a violation ends the
  /// process as any other trap does.
  let run: @Sendable ([UInt8]) -> Void

  init(_ name: String, seeds: [[UInt8]], run: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.seeds = seeds
    self.run = run
  }

  /// A target that takes text; seeds and inputs are UTF-8, and invalid bytes are replaced.
  init(_ name: String, texts: [String], run: @escaping @Sendable (String) -> Void) {
    self.init(name, seeds: texts.map { Array($0.utf8) }) {
      run(String(decoding: $0, as: UTF8.self))
    }
  }

  /// All of them.
  static let all = [
    gguf, template, trace, toml, keys, viewer, text, long, problems, answers, results, events, hub,
    requests,
  ]

  /// The content of the package's files with these endings, below `folder`.
  static func files(in folder: String, _ endings: String...) -> [[UInt8]] {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: folder)
    let paths =
      FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return paths.sorted().filter { path in endings.contains { path.hasSuffix($0) } }
      .compactMap { FileManager.default.contents(atPath: root.appending(path: $0).path) }
      .map { Array($0.prefix(1 << 14)) }
  }
}
