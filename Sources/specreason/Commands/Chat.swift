import ArgumentParser
import DemoPair
import Foundation
import Reasoning
import Terminal
import Traces
import Viewer

/// `specreason chat`, the default: the viewer.
struct Chat: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Open the viewer (the default command).")

  @OptionGroup(title: "Models")
  var pair: PairOptions

  @OptionGroup(title: "Reasoning")
  var reasoning: ReasoningFlags

  @Option(help: "Theme: dark, light, colorblind, or the path of a TOML file.")
  var theme = "dark"

  func run() throws {
  }
}
