import ArgumentParser

@main
struct SpecReason: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "specreason", abstract: "Two language models reason together.")
}
