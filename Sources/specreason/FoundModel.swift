import Backends
import Foundation
import Inference

/// A GGUF file on this machine, and what its header says.
struct FoundModel: Encodable, Sendable {
  var name: String
  var architecture: String?
  var bytes: Int?
  var quantization: String?
  var context: Int?
  var path: String
  /// Bytes that it takes with the context that runs have by default; nil where it cannot be used, or
  /// where that is beyond any machine.
  var memory: Int?
  /// Why it cannot be used; nil if it can.
  var problem: String?

  /// Reads the header of the file at `path`, never its weights.
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
      memory = try? Model.memoryNeed(of: file, contextLength: LocalEngine.mostDefaultContext)
    } catch {
      problem = "\(error)"
    }
  }
}
