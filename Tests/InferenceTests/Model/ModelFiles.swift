import Synchronization
import TestSupport

/// Files of random models, each made once: in a debug build that takes longer than what is tested.
enum ModelFiles {
  private static let made = Mutex<[String: [UInt8]]>([:])

  /// The bytes that `make` makes for `name`.
  static func bytes(_ name: String, _ make: () -> GGUFWriter) -> [UInt8] {
    if let known = made.withLock({ $0[name] }) { return known }
    let bytes = make().bytes
    made.withLock { $0[name] = bytes }
    return bytes
  }
}

extension RandomModel {
  /// The model's file as bytes.
  var bytes: [UInt8] { ModelFiles.bytes("\(self)") { gguf } }
}

extension FamilyLogitsTests.SmallModel {
  /// The model's file as bytes.
  var bytes: [UInt8] { ModelFiles.bytes("small \(name)") { gguf } }
}
