import ArgumentParser
import Foundation
import Reports
import Traces
import Viewer

/// `specreason export`: a trace in a form for people or other programs.
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a run's trace as HTML, Markdown, SVG, JSON, CSV or a recording.",
    discussion: "The trace is a file made by `run --json`, one of `eval --output`, or a saved run.")

  /// The forms a run can be written in.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case html, markdown, svg, json, csv, asciicast
    /// The viewer's screen, as SVG.
    case screen

    /// The form that a file's name asks for.
    init?(fileName: String) {
      switch URL(filePath: fileName).pathExtension.lowercased() {
      case "html", "htm": self = .html
      case "md", "markdown": self = .markdown
      case "svg": self = .svg
      case "json": self = .json
      case "csv": self = .csv
      case "cast": self = .asciicast
      default: return nil
      }
    }
  }

  @OptionGroup
  var recording: TraceArgument

  @Option(help: "The form. [default: as the output's name says, else html]")
  var format: Format?

  @Option(help: "Columns of the screen.")
  var columns = 120

  @Option(help: "Rows of the screen.")
  var rows = 36

  @Option(help: "Theme of the screen: its name, or a TOML file.")
  var theme = "dark"

  @Option(
    name: .customLong("at"),
    help: "The screen this many seconds into the run. [default: at its end]")
  var time: Double?

  @Option(
    parsing: .singleValue,
    help: "Keys pressed then, such as Tab or Ctrl-O, each with a --press of its own.")
  var press: [String] = []

  @Option(name: .shortAndLong, help: "A file to write. [default: standard output]")
  var output: String?

  func run() throws {
    let file = try recording.read()
    let (events, run) = (file.events, file.run)
    guard !run.turns.isEmpty else {
      throw ValidationError("There is no turn in \(recording.trace).")
    }
    let document =
      switch format ?? output.flatMap(Format.init(fileName:)) ?? .html {
      case .html: HTMLExport.document(of: run)
      case .markdown: MarkdownExport.document(of: run)
      case .svg: SVGExport.document(of: run)
      case .json: try JSONExport.document(of: run)
      case .csv: CSVExport.document(of: run)
      case .asciicast: try AsciicastExport.document(of: events)
      case .screen: try screen(of: events)
      }
    if let output {
      try OutputFile.write(document, to: output)
    } else {
      Printing.write(Printing.safe(document))
    }
  }

  func validate() throws {
    guard (1...1000).contains(columns), (1...1000).contains(rows) else {
      throw ValidationError("--columns and --rows must be between 1 and 1000.")
    }
  }

  /// What the viewer shows of the run, as a picture.
  private func screen(of events: [Event]) throws -> String {
    let theme = try ThemeLoader.standard().load(theme)
    var state = ViewerState(
      size: Size(columns: columns, rows: rows), theme: theme, engine: .ready)
    for event in events where event.time <= time ?? .infinity {
      _ = update(&state, .event(event))
    }
    for name in press {
      guard let key = Key(name: name) else {
        throw ValidationError("There is no key \(name). Write it as ], Ctrl-T, F5 or PgUp.")
      }
      _ = update(&state, .key(key))
    }
    return CanvasPicture(render(state), theme: theme).svg
  }
}
