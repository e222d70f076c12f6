import Foundation
import Inference

/// A GGUF file that was found, and what its head says.
struct FoundModel: Encodable, Sendable {
  var name: String
  var architecture: String?
  var bytes: Int?
  var quantization: String?
  var context: Int?
  var path: String
  /// Why it cannot be used; nil where nothing speaks against it.
  var problem: String?

  /// Reads the head of the file at `path`, never its weights.
  init(path: String, name: String? = nil) {
    self.path = path
    let fileName = URL(filePath: path).deletingPathExtension().lastPathComponent
    self.name = name ?? fileName
    do throws(GGUFError) {
      let file = try GGUFFile(path: path)
      bytes = file.byteCount
      quantization = file.quantization
      architecture = try file.string("general.architecture")
      let configuration = try ModelConfiguration(file)
      context = configuration.contextLength
    } catch {
      problem = "\(error)"
    }
  }
}

/// Where GGUF files lie on this machine: folders given, and the caches of other programs.
struct ModelShelf: Sendable {
  private var folders: [String]
  private let ollama: String?

  /// More files than this are a mistake, such as the root of a disk.
  private static let mostEntries = 200_000

  /// The shelf of `folders` alone, or where there are none, of the known caches.
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
    let huggingFace = environment["HF_HOME"] ?? cache + "/huggingface"
    self.folders = [
      environment["HF_HUB_CACHE"] ?? huggingFace + "/hub", home + "/.lmstudio/models",
      cache + "/lm-studio/models", cache + "/llama.cpp",
    ]
    ollama = environment["OLLAMA_MODELS"] ?? home + "/.ollama/models"
  }

  /// The same, with the folders of these files before the others.
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

  /// Files below `folders` whose name `isWanted`; each once, however many links lead to it.
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

  /// Ollama keeps a model as a blob that a manifest names.
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
