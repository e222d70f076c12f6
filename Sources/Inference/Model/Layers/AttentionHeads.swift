import CKernels

/// Attention of all heads of a layer over the KV cache, spread over the pool.
///
/// Query heads of a group go through their keys and values together. Threads share row blocks and
/// heads; where these are few, as in decode, also the positions, in blocks whose results are merged
/// in their order. Both ways give the same bits.
final class AttentionHeads {
  /// Queries that a unit of work is to have: enough to share the reading of keys and values.
  private static let queriesOfUnit = 64
  /// Most rows whose positions are shared out.
  private static let rowsOfShares = 8

  private let configuration: ModelConfiguration
  /// Query heads that share keys and values.
  private let group: Int
  /// What blocks add to results, shape (key heads, rows, group, blocks, share).
  private let shares: Buffer<Float>

  /// Room for batches of up to `batchCapacity` tokens in contexts of `contextLength`, on a pool of
  /// `threads` threads or of one.
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

  /// What the heads of `count` rows read from the values of `layer` in `cache`, each row from the
  /// positions up to its own; the first row stands at `position`.
  ///
  /// `queries` and `attended` have shape (count, query heads, head width). Calls at the same time
  /// are on pools of one thread.
  func run(
    _ queries: UnsafePointer<Float>, _ cache: KVCache, layer: Int, count: Int, at position: Int,
    on pool: ComputePool, into attended: UnsafeMutablePointer<Float>
  ) {
    let heads = configuration.keyValueHeadCount
    // Its multiply-adds, whose operands stay in registers, take a quarter of a product's time.
    let work = configuration.queryWidth * count * (position + count) / 2
    let wanted = 4 * pool.threads
    if pool.threads > 1, work >= ComputePool.leastSharedWork, count <= Self.rowsOfShares,
      heads < wanted, position + count > Int(SR_ATTENTION_BLOCK)
    {
      return sharePositions(
        queries, cache, layer: layer, count: count, at: position, on: pool, work: work,
        into: attended)
    }
    let rows = max(
      Self.rowsOfShares, min(Self.queriesOfUnit / group, count * heads / wanted))
    let blocks = (count + rows - 1) / rows
    pool.run(heads * blocks, grain: 1, work: work) { units in
      for unit in units {
        let row = unit % blocks * rows
        let offset = row * configuration.queryWidth
        var task = task(
          queries + offset, cache, layer: layer, head: unit / blocks, count: min(rows, count - row),
          at: position + row, into: attended + offset)
        sr_attention(&task)
      }
    }
  }

  /// As `run`, with the positions of each head shared out.
  private func sharePositions(
    _ queries: UnsafePointer<Float>, _ cache: KVCache, layer: Int, count: Int, at position: Int,
    on pool: ComputePool, work: Int, into attended: UnsafeMutablePointer<Float>
  ) {
    let heads = configuration.keyValueHeadCount
    let share = sr_attention_share(configuration.headWidth)
    let blocks = (position + count - 1) / Int(SR_ATTENTION_BLOCK) + 1
    let headShares = count * group * blocks * share
    let shares = shares.start
    pool.run(heads * blocks, grain: 1, work: work) { units in
      for unit in units {
        let (head, block) = (unit / blocks, unit % blocks)
        var task = task(
          queries, cache, layer: layer, head: head, count: count, at: position, into: attended)
        sr_attention_shares(&task, block, block + 1, shares + head * headShares)
      }
    }
    pool.run(heads, grain: 1, work: heads * headShares) { range in
      for head in range {
        var task = task(
          queries, cache, layer: layer, head: head, count: count, at: position, into: attended)
        sr_attention_merge(&task, shares + head * headShares)
      }
    }
  }

  /// The part of a key head and the query heads that share it.
  private func task(
    _ queries: UnsafePointer<Float>, _ cache: KVCache, layer: Int, head: Int, count: Int,
    at position: Int,
    into attended: UnsafeMutablePointer<Float>
  ) -> sr_attention_task {
    let width = configuration.headWidth
    return sr_attention_task(
      keys: cache.keys(layer: layer, head: head), values: cache.values(layer: layer, head: head),
      q: queries + head * group * width, out: attended + head * group * width, rows: count,
      heads: group, row_stride: configuration.queryWidth, count: position + 1, head_width: width,
      scale: 1 / Float(width).squareRoot(), format: cache.format.kernelFormat)
  }
}
