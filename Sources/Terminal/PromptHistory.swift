import Foundation

/// The problems sent in earlier starts, kept in the state folder: one JSON string a line.
public enum PromptHistory {
  private static let name = "history.jsonl"
  private static let limit = 1_000

  /// The problems, oldest first. Lines that are damaged are left out.
  public static func load() -> [String] {
    guard let content = try? Data(contentsOf: StateFolder.file(name)) else { return [] }
    let lines = content.split(separator: UInt8(ascii: "\n")).suffix(limit)
    return lines.compactMap { try? JSONDecoder().decode(String.self, from: $0) }
  }

  /// Remembers one more; a disk that is full forgets it.
  public static func add(_ problem: String) {
    // Read anew, because another viewer may have added some.
    var problems = load()
    guard problems.last != problem else { return }
    problems.append(problem)
    let encoder = JSONEncoder()
    let lines = problems.suffix(limit).compactMap { try? encoder.encode($0) }
    let content = lines.reduce(into: Data()) { $0 += $1 + [UInt8(ascii: "\n")] }
    try? StateFolder.write(content, to: name)
  }
}
