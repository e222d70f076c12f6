import Foundation
import Hub

/// Where GGUF files are looked for: in given folders, or in the caches of other programs.
struct ModelShelf: Sendable {
  private var folders: [String]
  private let ollama: String?

  /// The most directory entries to look at: more are a mistake, such as the root of a disk.
  private static let mostEntries = 200_000

  /// A shelf of `folders`, or of the known caches when there are none.
  init(
    _ folders: [String] = [],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    guard folders.isEmpty else {
      self.folders = folders
      ollama = nil
      return
    }
    let home = environment["HOME"] ?? NSHomeDirectory()
    let cache = environment["XDG_CACHE_HOME"] ?? home + "/.cache"
    self.folders = [
      HubAddress.cache(environment: environment), home + "/.lmstudio/models",
      cache + "/lm-studio/models", cache + "/llama.cpp",
    ]
    ollama = environment["OLLAMA_MODELS"] ?? home + "/.ollama/models"
  }

  /// This shelf with the folders of `files` before the others.
  func beside(_ files: [String]) -> ModelShelf {
    var shelf = self
    shelf.folders = files.map { URL(filePath: $0).deletingLastPathComponent().path } + folders
    return shelf
  }

  /// All models, by name.
  func models() -> [FoundModel] {
    let files = files(in: folders) { $0.lowercased().hasSuffix(".gguf") && !Self.isLaterPart($0) }
    let found = files.map { FoundModel(path: $0) } + (ollama.map(ollamaModels) ?? [])
    return found.sorted { ($0.name.lowercased(), $0.path) < ($1.name.lowercased(), $1.path) }
  }

  /// The files below `folders` whose name `isWanted`, each once, however many links lead to it.
  private func files(in folders: [String], _ isWanted: (String) -> Bool) -> [String] {
    struct Place: Hashable {
      var device: dev_t
      var number: ino_t
    }
    var seen: Set<Place> = []
    var waiting = folders
    var found: [String] = []
    var entries = 0
    while let folder = waiting.popLast() {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      for name in names.sorted() {
        entries += 1
        guard entries <= Self.mostEntries else { return found }
        let path = "\(folder)/\(name)"
        var status = stat()
        // Hugging Face keeps links to blobs, so links are followed; one in a circle is seen once.
        guard stat(path, &status) == 0 else { continue }
        let kind = status.st_mode & S_IFMT
        guard kind == S_IFDIR || isWanted(name),
          seen.insert(Place(device: status.st_dev, number: status.st_ino)).inserted
        else { continue }
        if kind == S_IFDIR { waiting.append(path) } else { found.append(path) }
      }
    }
    return found
  }

  /// Parts after the first hold no model of their own.
  private static func isLaterPart(_ name: String) -> Bool {
    guard let part = name.firstMatch(of: /-(\d{5})-of-\d{5}\.gguf$/.ignoresCase()) else {
      return false
    }
    return part.1 != "00001"
  }

  /// Ollama's models: each is a blob that a manifest names.
  private func ollamaModels(in folder: String) -> [FoundModel] {
    struct Manifest: Decodable {
      struct Layer: Decodable {
        var mediaType: String
        var digest: String
      }
      var layers: [Layer]
    }
    let manifests = folder + "/manifests"
    return files(in: [manifests]) { _ in true }.compactMap { path in
      let kind = try? FileManager.default.attributesOfItem(atPath: path)[.type]
      // A named pipe among them would be waited on for ever.
      guard kind as? FileAttributeType == .typeRegular,
        let content = try? Data(contentsOf: URL(filePath: path)),
        let manifest = try? JSONDecoder().decode(Manifest.self, from: content),
        let layer = manifest.layers.first(where: {
          $0.mediaType == "application/vnd.ollama.image.model"
        })
      else { return nil }
      let name = path.dropFirst(manifests.count + 1).split(separator: "/").suffix(2)
      let blob = layer.digest.replacing(":", with: "-").replacing("/", with: "-")
      return FoundModel(path: "\(folder)/blobs/\(blob)", name: name.joined(separator: ":"))
    }
  }
}
