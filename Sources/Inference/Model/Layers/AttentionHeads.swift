import CKernels

/// Attention of all heads of a layer over the KV cache, spread over a pool.
///
/// Query heads that share keys and values are computed together. Work is split by rows and heads,
/// and where these are few, as in decode, also by blocks of positions, whose results are merged in
/// order. Both ways give the same bits.
final class AttentionHeads {
  /// Queries per unit of work: enough to share reading keys and values.
  private static let queriesOfUnit = 64
  /// The most rows for which work is split by positions.
  private static let rowsOfShares = 8

  private let configuration: ModelConfiguration
  /// Query heads that share keys and values.
  private let group: Int
  /// Contributions of blocks to results, shape (key heads, rows, group, blocks, share).
  private let shares: Buffer<Float>

  /// Allocates memory for batches of up to `batchCapacity` tokens in contexts of `contextLength`
  /// positions, on a pool of `threads` threads or of one.
  init(
    _ configuration: ModelConfiguration, contextLength: Int, threads: Int, batchCapacity: Int
  ) {
    self.configuration = configuration
    group = configuration.headCount / configuration.keyValueHeadCount
    let blocks = (contextLength - 1) / Int(SR_ATTENTION_BLOCK) + 1
    // Memory that is touched only as far as the context reaches.
    shares = Buffer(
      threads == 1
        ? 0
        : configuration.headCount * min(Self.rowsOfShares, batchCapacity) * blocks
          * sr_attention_share(configuration.headWidth))
  }

  /// Attention of `count` rows over `layer` of `cache`; the first row is at `position`, and each
  /// row sees the positions up to its own that are in the layer's window, and the `sinks` if there
  /// are any.
  ///
  /// `queries` and `attended` have shape (count, query heads, head width). Concurrent calls must
  /// use pools of one thread.
  func run(
    _ queries: UnsafePointer<Float>, _ cache: KVCache, layer: Int,
    sinks: UnsafePointer<Float>?, count: Int, at position: Int, on pool: ComputePool,
    into attended: UnsafeMutablePointer<Float>
  ) {
    let heads = configuration.keyValueHeadCount
    // Its multiply-adds, whose operands stay in registers, take a quarter of a product's time.
    let seen = min(position + count, configuration.layerAttention[layer].window ?? .max)
    let work = configuration.queryWidth * count * seen / 2
    let wanted = 4 * pool.threads
    if pool.threads > 1, work >= ComputePool.leastSharedWork, count <= Self.rowsOfShares,
      heads < wanted, seen > Int(SR_ATTENTION_BLOCK)
    {
      return sharePositions(
        queries, cache, layer: layer, sinks: sinks, count: count, at: position, on: pool,
        work: work, into: attended)
    }
    let rows = max(
      Self.rowsOfShares, min(Self.queriesOfUnit / group, count * heads / wanted))
    let blocks = (count + rows - 1) / rows
    pool.run(heads * blocks, grain: 1, work: work) { units in
      for unit in units {
        let row = unit % blocks * rows
        let offset = row * configuration.queryWidth
        var task = task(
          queries + offset, cache, layer: layer, sinks: sinks, head: unit / blocks,
          count: min(rows, count - row), at: position + row, into: attended + offset)
        sr_attention(&task)
      }
    }
  }

  /// As `run`, with work split by positions.
  private func sharePositions(
    _ queries: UnsafePointer<Float>, _ cache: KVCache, layer: Int,
    sinks: UnsafePointer<Float>?, count: Int, at position: Int, on pool: ComputePool, work: Int,
    into attended: UnsafeMutablePointer<Float>
  ) {
    let heads = configuration.keyValueHeadCount
    let share = sr_attention_share(configuration.headWidth)
    let blocks = (position + count - 1) / Int(SR_ATTENTION_BLOCK) + 1
    let headShares = count * group * blocks * share
    let shares = shares.start
    // Blocks before the window of every row have no share.
    let window = configuration.layerAttention[layer].window ?? .max
    let firstBlock = max(0, position + 1 - window) / Int(SR_ATTENTION_BLOCK)
    let seenBlocks = blocks - firstBlock
    pool.run(heads * seenBlocks, grain: 1, work: work) { units in
      for unit in units {
        let (head, block) = (unit / seenBlocks, firstBlock + unit % seenBlocks)
        var task = task(
          queries, cache, layer: layer, sinks: sinks, head: head, count: count, at: position,
          into: attended)
        sr_attention_shares(&task, block, block + 1, shares + head * headShares)
      }
    }
    pool.run(heads, grain: 1, work: heads * headShares) { range in
      for head in range {
        var task = task(
          queries, cache, layer: layer, sinks: sinks, head: head, count: count, at: position,
          into: attended)
        sr_attention_merge(&task, shares + head * headShares)
      }
    }
  }

  /// The kernel's task for one key head and the query heads that share it.
  private func task(
    _ queries: UnsafePointer<Float>, _ cache: KVCache, layer: Int,
    sinks: UnsafePointer<Float>?, head: Int, count: Int, at position: Int,
    into attended: UnsafeMutablePointer<Float>
  ) -> sr_attention_task {
    let width = configuration.headWidth
    return sr_attention_task(
      keys: cache.keys(layer: layer, head: head), values: cache.values(layer: layer, head: head),
      q: queries + head * group * width, out: attended + head * group * width, rows: count,
      heads: group, row_stride: configuration.queryWidth, count: position + 1,
      window: configuration.layerAttention[layer].window ?? 0, head_width: width,
      scale: configuration.attentionScale, format: cache.format.kernelFormat,
      sinks: sinks.map { $0 + head * group })
  }
}
