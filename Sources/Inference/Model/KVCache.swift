/// Keys and values of every position seen, as F16, for all layers of one session.
///
/// Allocated once for the whole context; pages that no position has reached cost no memory.
final class KVCache {
  /// Positions that there is room for.
  let contextLength: Int
  private let headWidth: Int
  private let headCount: Int
  /// Shape (layers, key heads, context, head width), row-major.
  private let keys: UnsafeMutablePointer<UInt16>
  /// Shape (layers, key heads, context, head width), row-major.
  private let values: UnsafeMutablePointer<UInt16>

  /// Bytes that a cache of `contextLength` positions takes; nil when they cannot be counted.
  static func byteCount(_ configuration: ModelConfiguration, contextLength: Int) -> Int? {
    let perPosition = 2 * 2 * configuration.blockCount * configuration.keyWidth
    let (bytes, overflow) = perPosition.multipliedReportingOverflow(by: contextLength)
    return overflow ? nil : bytes
  }

  /// Room for `contextLength` positions, whose size in bytes can be counted.
  init(_ configuration: ModelConfiguration, contextLength: Int) {
    self.contextLength = contextLength
    headWidth = configuration.headWidth
    headCount = configuration.keyValueHeadCount
    let count = configuration.blockCount * configuration.keyWidth * contextLength
    keys = .allocate(capacity: count)
    values = .allocate(capacity: count)
  }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  /// Keys of one head, shape (context, head width).
  func keys(layer: Int, head: Int) -> UnsafeMutablePointer<UInt16> {
    keys.advanced(by: offset(layer, head))
  }

  /// Values of one head, shape (context, head width).
  func values(layer: Int, head: Int) -> UnsafeMutablePointer<UInt16> {
    values.advanced(by: offset(layer, head))
  }

  private func offset(_ layer: Int, _ head: Int) -> Int {
    (layer * headCount + head) * contextLength * headWidth
  }
}
