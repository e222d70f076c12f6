import ArgumentParser
import Foundation
import Traces
import Viewer

/// `specreason import`: results of the published script as traces.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn result files of the published script into traces.",
    discussion: """
      Result files are what spec_reason.py writes: a pickle (read as data, nothing in it is run), or \
      the same as text. `replay`, `what-if` and `export` take what comes of it. Times are not in \
      such files, and stay 0; nor are the problem and the models, which can be named here.
      """)

  @Argument(help: "Result files: NAME.pickle or NAME.txt.")
  var files: [String]

  @Option(
    name: .shortAndLong,
    help: "A folder for the traces, each named like its file's folder and file. Needed for several."
  )
  var output: String?

  @Option(help: "The problem that was solved. [default: the file's folder and name]")
  var prompt: String?

  @Option(help: "The base model's name.")
  var baseName = "base model"

  @Option(help: "The draft model's name.")
  var draftName = "draft model"

  @Option(help: "The acceptance threshold, 0 to 9. [default: the one that explains the decisions]")
  var threshold: Double?

  /// The script's own results are below a megabyte.
  private static let largestFile = 256 << 20

  func validate() throws {
    if let threshold, !(0...9).contains(threshold) {
      throw ValidationError("--threshold must be between 0 and 9.")
    }
    if files.count > 1, output == nil {
      throw ValidationError("Several files need --output FOLDER for their traces.")
    }
  }

  func run() throws {
    var isWhole = true
    for file in files {
      do {
        try convert(file)
      } catch let error where files.count > 1 {
        // One that cannot be read is no reason to leave the others.
        Failure.report("specreason: left out \(file): \(Failure.sentence(about: error))")
        isWhole = false
      }
    }
    if !isWhole { throw ExitCode(1) }
  }

  private func convert(_ file: String) throws {
    let url = URL(filePath: file)
    let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
    guard size <= Self.largestFile else {
      throw ValidationError("\(file) is larger than a result of the script can be.")
    }
    let result = try PublishedResult(try InputFile.content(of: file))
    guard let threshold = threshold ?? result.threshold else {
      throw ValidationError(
        "No one threshold explains what was accepted and rejected in \(file); give --threshold.")
    }
    let folder = url.deletingLastPathComponent().standardizedFileURL.lastPathComponent
    let name = url.deletingPathExtension().lastPathComponent
    let events = result.events(
      .init(
        prompt: prompt ?? "problem \(folder), repeat \(name)", base: baseName, draft: draftName,
        threshold: threshold, source: file, version: SpecReason.version))
    // One by one: texts that the file holds once can stand in many lines.
    let lines = events.lazy.compactMap { event in try? TraceCoding.line(event) + "\n" }
    guard let output else {
      for line in lines { Printing.write(line) }
      return
    }
    try FileManager.default.createDirectory(
      atPath: output, withIntermediateDirectories: true)
    try OutputFile.write(lines, to: "\(output)/\(folder)-\(name).jsonl")
  }
}
