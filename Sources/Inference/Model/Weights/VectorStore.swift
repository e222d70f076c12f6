/// Owns the float copies of a model's norms and biases.
final class VectorStore: Sendable {
  // Written while a model is loaded, before anything is shared between threads.
  nonisolated(unsafe) private var buffers: [UnsafeMutablePointer<Float>] = []

  /// Memory for `count` floats, which lives as long as this object.
  func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    let buffer = UnsafeMutablePointer<Float>.allocate(capacity: count)
    buffers.append(buffer)
    return buffer
  }

  deinit {
    for buffer in buffers { buffer.deallocate() }
  }
}
