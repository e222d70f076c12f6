import CKernels

/// Keys and values of every position seen, as F16, for all layers of one session.
///
/// Allocated once for the whole context; pages that no position has reached cost no memory.
final class KVCache {
  /// Positions that there is room for.
  let contextLength: Int
  private let headWidth: Int
  private let headCount: Int
  /// Positions of whole tiles, which `sr_attention` reads.
  private let keyRoom: Int
  /// Shape (layers, key heads, tiles, head width, positions of a tile), row-major.
  private let keys: UnsafeMutablePointer<UInt16>
  /// Shape (layers, key heads, context, head width), row-major.
  private let values: UnsafeMutablePointer<UInt16>

  /// Bytes that a cache of `contextLength` positions takes; nil when they cannot be counted.
  static func byteCount(_ configuration: ModelConfiguration, contextLength: Int) -> Int? {
    let perTile = 2 * 2 * configuration.blockCount * configuration.keyWidth * tile
    let (bytes, overflow) = perTile.multipliedReportingOverflow(by: tiles(for: contextLength))
    return overflow ? nil : bytes
  }

  private static let tile = Int(SR_KEY_TILE)

  /// Tiles of positions that hold `contextLength` positions.
  private static func tiles(for contextLength: Int) -> Int {
    (contextLength - 1) / tile + 1
  }

  /// Room for `contextLength` positions, whose size in bytes can be counted.
  init(_ configuration: ModelConfiguration, contextLength: Int) {
    self.contextLength = contextLength
    headWidth = configuration.headWidth
    headCount = configuration.keyValueHeadCount
    keyRoom = Self.tiles(for: contextLength) * Self.tile
    let perPosition = configuration.blockCount * configuration.keyWidth
    keys = .allocate(capacity: perPosition * keyRoom)
    values = .allocate(capacity: perPosition * contextLength)
  }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  /// Keys of one head, shape (tiles, head width, positions of a tile).
  func keys(layer: Int, head: Int) -> UnsafeMutablePointer<UInt16> {
    keys + (layer * headCount + head) * keyRoom * headWidth
  }

  /// Values of one head, shape (context, head width).
  func values(layer: Int, head: Int) -> UnsafeMutablePointer<UInt16> {
    values + (layer * headCount + head) * contextLength * headWidth
  }
}
