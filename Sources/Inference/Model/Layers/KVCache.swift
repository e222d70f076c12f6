import CKernels

/// The format that keys and values are stored in.
public enum KVCacheFormat: String, Sendable, CaseIterable {
  /// Half-precision floats.
  case f16
  /// Signed bytes with a half-precision scale for each 32: little more than half the memory of
  /// `f16`, and faster in long contexts.
  case q8_0

  /// Its number among the kernels.
  var kernelFormat: Int32 {
    switch self {
    case .f16: Int32(SR_CACHE_F16)
    case .q8_0: Int32(SR_CACHE_Q8_0)
    }
  }
}

/// The keys and values of every position, for all layers of one text that have attention.
///
/// Allocated once for the whole context; pages that no position has reached take no memory. (Pages
/// of 2 MB would make attention 3 to 7 per cent faster, but each head of each layer has a range of
/// its own, so short texts would take the memory of long ones.)
final class KVCache {
  /// The number of positions.
  let contextLength: Int
  /// The format that keys and values are stored in.
  let format: KVCacheFormat
  /// Layers with attention.
  private let layerCount: Int
  /// Where each layer stands among those with attention.
  private let places: [Int]
  private let headCount: Int
  private let headWidth: Int
  /// Bytes of one head's keys, or values.
  private let headBytes: Int
  /// Keys and then values, each of shape (layers, key heads, tiles).
  private let start: UnsafeMutableRawPointer
  private let valuesOffset: Int

  /// Bytes of a cache of `contextLength` positions; nil on overflow.
  static func byteCount(
    _ configuration: ModelConfiguration, contextLength: Int, format: KVCacheFormat
  ) -> Int? {
    let heads = 2 * configuration.attentionLayerCount * configuration.keyValueHeadCount
    let tile = sr_cache_tile_bytes(format.kernelFormat, configuration.headWidth)
    let (bytes, overflow) = (heads * tile).multipliedReportingOverflow(
      by: tiles(for: contextLength))
    return overflow ? nil : bytes
  }

  /// Tiles of positions that hold `contextLength` positions.
  private static func tiles(for contextLength: Int) -> Int {
    (contextLength - 1) / Int(SR_CACHE_TILE) + 1
  }

  /// Allocates a cache of `contextLength` positions, whose byte count must not overflow.
  init(_ configuration: ModelConfiguration, contextLength: Int, format: KVCacheFormat) {
    self.contextLength = contextLength
    self.format = format
    layerCount = configuration.attentionLayerCount
    var count = 0
    places = (0..<configuration.blockCount).map { layer in
      defer { count += configuration.isRecurrent(layer) ? 0 : 1 }
      return count
    }
    headCount = configuration.keyValueHeadCount
    headWidth = configuration.headWidth
    headBytes =
      sr_cache_tile_bytes(format.kernelFormat, headWidth) * Self.tiles(for: contextLength)
    valuesOffset = layerCount * headCount * headBytes
    start = .allocate(byteCount: 2 * valuesOffset, alignment: 64)
  }

  deinit { start.deallocate() }

  /// The keys of one head, in tiles of `SR_CACHE_TILE` positions.
  func keys(layer: Int, head: Int) -> UnsafeMutableRawPointer {
    start + (places[layer] * headCount + head) * headBytes
  }

  /// The values of one head, in tiles of `SR_CACHE_TILE` positions.
  func values(layer: Int, head: Int) -> UnsafeMutableRawPointer {
    keys(layer: layer, head: head) + valuesOffset
  }

  /// Stores the key and value of one head at `position`, shape (head width) each.
  func place(
    key: UnsafePointer<Float>, value: UnsafePointer<Float>, layer: Int, head: Int, position: Int
  ) {
    let format = format.kernelFormat
    sr_place_key(format, key, keys(layer: layer, head: head), position, headWidth)
    sr_place_value(format, value, values(layer: layer, head: head), position, headWidth)
  }

  /// Copies the keys and values of `positions` from `other`, a cache of the same shape that agrees
  /// with this one up to there.
  func copy(_ positions: Range<Int>, from other: KVCache) {
    guard let last = positions.last else { return }
    let tile = sr_cache_tile_bytes(format.kernelFormat, headWidth)
    let first = positions.lowerBound / Int(SR_CACHE_TILE)
    let bytes = (last / Int(SR_CACHE_TILE) + 1 - first) * tile
    for head in 0..<2 * layerCount * headCount {
      let offset = head * headBytes + first * tile
      (start + offset).copyMemory(from: other.start + offset, byteCount: bytes)
    }
  }
}

extension ModelConfiguration {
  /// Bytes of what recurrent layers hold of a text, and of all that a text takes to go back in it; nil
  /// if the model has none.
  public var stateMemory: (one: Int, whole: Int)? {
    deltaNet.map { (RecurrentState.stateBytes($0), RecurrentState.byteCount($0)) }
  }

  /// Bytes of what a text needs beside the weights, in a context of `contextLength` positions: keys
  /// and values, and the states of recurrent layers; nil on overflow.
  func textBytes(contextLength: Int, format: KVCacheFormat) -> Int? {
    let states = deltaNet.map(RecurrentState.byteCount) ?? 0
    let cache = KVCache.byteCount(self, contextLength: contextLength, format: format)
    let (bytes, overflow) = (cache ?? .max).addingReportingOverflow(states)
    return overflow ? nil : bytes
  }
}
