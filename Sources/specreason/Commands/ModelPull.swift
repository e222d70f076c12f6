import ArgumentParser
import Foundation
import Hub
import Viewer

/// `specreason models pull OWNER/REPO[:QUANT]`.
struct ModelPull: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Download a GGUF model from a Hugging Face compatible hub.",
    discussion: """
      The model lands in the cache that other tools use as well, checked against the hub's checksum; \
      its path is printed. An interrupted download goes on when the same command is given again. \
      HF_ENDPOINT names another hub, HF_TOKEN says who asks, HF_HOME where the cache is.
      """)

  @Argument(
    help: """
      The repository, and after a colon the weight type or a file, such as \
      Qwen/Qwen3-8B-GGUF:Q4_K_M. [default: Q4_K_M, or the only one]
      """)
  var model: String

  @Option(help: "A branch, a tag or a commit.")
  var revision = "main"

  @Flag(name: .customLong("list"), help: "Only list the models of the repository.")
  var isListing = false

  func run() throws {
    guard let reference = HubReference(model) else {
      throw ValidationError("\(model) is no OWNER/REPO or OWNER/REPO:QUANT.")
    }
    let environment = ProcessInfo.processInfo.environment
    if let offline = environment["HF_HUB_OFFLINE"],
      ["1", "true", "yes", "on"].contains(offline.lowercased())
    {
      throw ValidationError("HF_HUB_OFFLINE is set, so nothing is downloaded; unset it.")
    }
    let client = HubClient(try HubAddress(environment: environment)) { error, seconds in
      ProgressLine.tell("")
      Failure.report("specreason: \(error) Trying again in \(seconds) s.")
    }
    let path: String?
    do {
      path = try Foreground.run { [self] () -> String? in
        let listing = try await client.listing(of: reference, revision: revision)
        if isListing {
          show(listing)
          return nil
        }
        let model = try listing.model(reference.choice)
        Failure.report("specreason: \(model.name), \(Format.bytes(model.size))")
        defer { ProgressLine.tell("") }
        let progress = DownloadProgress(of: model.size)
        return try await client.pull(model, of: reference, in: listing, revision: revision) {
          progress.show($0)
        }
      }
    } catch let interruption as Interruption {
      Failure.report("specreason: stopped; the same command goes on where it was.")
      throw interruption
    } catch let error as HubError where error.isPassing {
      Failure.report("specreason: \(error) Give the same command again later, and it goes on.")
      throw ExitCode(1)
    }
    if let path { Printing.line(path) }
  }

  private func show(_ listing: HubListing) {
    for model in listing.models {
      let parts = model.files.count == 1 ? "" : ", \(model.files.count) parts"
      Printing.line(
        "\(model.weights ?? "–")  \(Format.bytes(model.size))\(parts)  \(model.files[0].name)")
    }
    if listing.models.isEmpty {
      Failure.report("There is no GGUF file with a checksum in \(listing.repository).")
    }
  }
}
