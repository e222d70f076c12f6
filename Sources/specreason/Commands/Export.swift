import ArgumentParser
import Foundation
import Traces

/// `specreason export`: a trace in a form for people or other programs.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a run's trace as HTML, Markdown, SVG, JSON or a recording.",
    discussion: "The trace is a file made by `run --json`, or one of `eval --output`.")

  /// The forms a run can be written in.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html, markdown, svg, json, asciicast

    /// The form that a file's name asks for.
    init?(fileName: String) {
      switch URL(filePath: fileName).pathExtension.lowercased() {
      case "html", "htm": self = .html
      case "md", "markdown": self = .markdown
      case "svg": self = .svg
      case "json": self = .json
      case "cast": self = .asciicast
      default: return nil
      }
    }
  }

  @Argument(help: "A trace, as JSON Lines.")
  var trace: String

  @Option(help: "The form. [default: as the output's name says, else html]")
  var format: Format?

  @Option(name: .shortAndLong, help: "A file to write. [default: standard output]")
  var output: String?

  func run() throws {
    let events = try TraceArgument.events(trace)
    let run = events.reduce(into: RunState()) { $0.apply($1) }
    guard !run.turns.isEmpty else {
      throw ValidationError("There is no turn in \(trace).")
    }
    let document =
      switch format ?? output.flatMap(Format.init(fileName:)) ?? .html {
      case .html: HTMLExport.document(of: run)
      case .markdown: MarkdownExport.document(of: run)
      case .svg: SVGExport.document(of: run)
      case .json: try JSONExport.document(of: run)
      case .asciicast: try AsciicastExport.document(of: events)
      }
    let data = Data(document.utf8)
    if let output {
      try data.write(to: URL(filePath: output), options: .atomic)
    } else {
      FileHandle.standardOutput.write(data)
    }
  }
}
