import Foundation

/// A file in a repository of a hub.
public struct HubFile: Sendable, Equatable {
  /// Its path in the repository.
  public let name: String
  /// Bytes.
  public let size: Int
  /// The SHA-256 of its content, in hexadecimal digits.
  public let checksum: String
}

/// A model in a repository: one file, or several parts in order.
public struct HubModel: Sendable, Equatable {
  /// The path without the number of a part.
  public let name: String
  /// The weight type in the name, in upper case; nil where it names none.
  public let weights: String?
  /// Its files; of a model in parts the first part first.
  public let files: [HubFile]

  /// Bytes of all files.
  public var size: Int { files.reduce(0) { $0 + $1.size } }
}

/// The GGUF models of a repository at one commit.
public struct HubListing: Sendable, Equatable {
  /// The repository, `OWNER/REPO`.
  public let repository: String
  /// The commit, 40 hexadecimal digits.
  public let commit: String
  /// The models, by name.
  public let models: [HubModel]

  /// More files than any repository of models has.
  private static let mostFiles = 100_000
  /// Larger than any model.
  private static let largestFile = 1 << 46

  /// Reads the hub's answer to `api/models/OWNER/REPO/revision/REVISION?blobs=true`.
  ///
  /// Files whose names lead elsewhere, or of which the hub tells no checksum, are left out.
  init(_ content: Data, of repository: String) throws(HubError) {
    guard let answer = try? JSONDecoder().decode(RepositoryAnswer.self, from: content),
      HubPath.isHexadecimal(answer.sha, 40), answer.siblings?.count ?? 0 <= Self.mostFiles
    else { throw .answer("it is no list of a repository's files") }
    self.repository = repository
    commit = answer.sha
    let files = (answer.siblings ?? []).compactMap { file -> HubFile? in
      guard HubPath.isSafe(file.rfilename), let size = file.lfs?.size,
        let checksum = file.lfs?.sha256?.lowercased(), HubPath.isHexadecimal(checksum, 64),
        (1...Self.largestFile).contains(size)
      else { return nil }
      return HubFile(name: file.rfilename, size: size, checksum: checksum)
    }
    models = Self.models(in: files)
  }

  private static func models(in files: [HubFile]) -> [HubModel] {
    struct Part {
      var number: Int
      var count: Int
      var file: HubFile
    }
    var parts: [String: [Part]] = [:]
    for file in files {
      let name = file.name.lowercased()
      // Projectors of images and statistics of quantisation are no models.
      guard name.hasSuffix(".gguf"), !name.contains("mmproj"), !name.contains("imatrix") else {
        continue
      }
      let match = file.name.wholeMatch(of: /(.*)-(\d{5})-of-(\d{5})\.gguf/.ignoresCase())
      let part = match.flatMap { match in
        Int(match.2).flatMap { number in
          Int(match.3).map { Part(number: number, count: $0, file: file) }
        }
      }
      let key = match.map { String($0.1) } ?? String(file.name.dropLast(".gguf".count))
      parts[key, default: []].append(part ?? Part(number: 1, count: 1, file: file))
    }
    return parts.compactMap { name, parts in
      let ordered = parts.sorted { $0.number < $1.number }
      // Without all of its parts it is of no use.
      guard ordered.enumerated().allSatisfy({ $1.number == $0 + 1 && $1.count == ordered.count })
      else { return nil }
      return HubModel(name: name, weights: weights(in: name), files: ordered.map(\.file))
    }.sorted { $0.name < $1.name }
  }

  /// The weight type that a name ends in, or that a part of it is.
  static func weights(in name: String) -> String? {
    let words = name.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "_" }
    return words.reversed().lazy.compactMap { word -> String? in
      let parts = word.uppercased().split(separator: "_", omittingEmptySubsequences: false)
      return parts.indices.reversed().lazy.map { parts[$0...] }.first(where: isType)?
        .joined(separator: "_")
    }.first
  }

  /// Whether `parts`, which stood between underlines, are a weight type such as `Q4_K_M`.
  private static func isType(_ parts: ArraySlice<Substring>) -> Bool {
    guard let first = parts.first else { return false }
    switch first {
    case "BF16", "F16", "F32": return parts.count == 1
    case "MXFP4": return parts.count == 1 || parts.elementsEqual(["MXFP4", "MOE"])
    default:
      let letters = first.dropLast()
      return first.last?.isNumber == true && ["Q", "IQ", "TQ"].contains(letters)
        && !parts.contains("")
    }
  }

  /// Weight types in the order in which one is taken where none is asked for.
  private static let usual = [
    "Q4_K_M", "Q4_K_S", "Q5_K_M", "Q4_0", "Q6_K", "Q8_0", "MXFP4", "BF16", "F16", "F32",
  ]

  /// The model that `choice` names by its weight type or its file; without one the usual.
  public func model(_ choice: String?) throws(HubError) -> HubModel {
    guard !models.isEmpty else {
      throw .answer("there is no GGUF file with a checksum in \(repository)")
    }
    let names = models.map { $0.weights ?? $0.name }
    guard let choice else {
      if models.count == 1 { return models[0] }
      for weights in Self.usual {
        let found = models.filter { $0.weights == weights }
        if found.count == 1 { return found[0] }
      }
      throw .choice("\(repository) has several models; name one after a colon", there: names)
    }
    let plain = choice.lowercased()
    let named = models.filter { model in
      model.files.contains { $0.name == choice } || model.name == choice
    }
    let found =
      named.isEmpty ? models.filter { $0.weights?.lowercased() == plain } : named
    guard found.count <= 1 else {
      throw .choice(
        "Several models of \(repository) have the weight type \(choice); name a file",
        there: found.compactMap { $0.files.first?.name })
    }
    guard let only = found.first else {
      throw .choice("\(repository) has no \(choice)", there: names)
    }
    return only
  }
}
