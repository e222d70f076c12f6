import Foundation
import Reasoning

/// A backend that a program makes from two models: it can get ready before it is asked, and let go of
/// what it holds.
public protocol PairEngine: Backend {
  /// Gets the models ready now rather than on the first call, so that faults show early.
  func open() async throws

  /// Lets go of the models; the next call gets them ready again.
  func unload() async
}

extension LocalEngine.Files {
  /// Whether one of the models is behind a server.
  public var haveServer: Bool {
    [base, draft].compactMap(\.self).contains(where: ServerAddress.isMeant)
  }

  /// Whether draft and base model are computed on different machines, by their addresses.
  public var areApart: Bool {
    guard let draft, haveServer else { return false }
    let hosts = [base, draft].map { model in
      guard let address = try? ServerAddress(model), !address.isThisMachine else { return "" }
      return address.host
    }
    return hosts[0] != hosts[1]
  }

  /// The models by short names: the name of a file, or where a server is.
  public var shortNames: [String] {
    [base, draft].compactMap(\.self).map { model in
      guard ServerAddress.isMeant(by: model) else { return URL(filePath: model).lastPathComponent }
      return (try? ServerAddress(model)).map { "\($0)" } ?? model
    }
  }
}
