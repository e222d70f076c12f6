import ArgumentParser
import Foundation
import Inference

/// A chat template on the command line: a built-in one by its name, or a file.
enum ChatTemplateArgument {
  /// More than any template has; a file beyond it was named by mistake.
  private static let sizeLimit = 1 << 20

  /// What an option that takes one says of itself.
  static func help(_ beginning: String) -> ArgumentHelp {
    let names = BuiltInTemplate.allCases.map(\.rawValue).joined(separator: ", ")
    return ArgumentHelp("\(beginning): \(names) or a Jinja file. [default: the model's own]")
  }

  /// The template that `argument` means.
  static func source(_ argument: String) throws -> ChatTemplate.Source {
    if let template = BuiltInTemplate(rawValue: argument) {
      return ChatTemplate.Source(name: argument, text: template.source)
    }
    guard let data = try? InputFile.content(of: argument), data.count <= sizeLimit,
      let source = String(data: data, encoding: .utf8)
    else {
      let names = BuiltInTemplate.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "\(argument) is no readable Jinja file and none of \(names).")
    }
    return ChatTemplate.Source(name: argument, text: source)
  }
}
