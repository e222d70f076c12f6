import CKernels
import Glibc

/// Rotary position embedding: rotates pairs of a head's values by angles proportional to the
/// position, each pair at its own frequency (arXiv 2104.09864).
final class RotaryEmbedding {
  private let headWidth: Int
  private let ropeWidth: Int
  private let pairing: RopePairing
  /// Angle of each pair per position, in radians.
  private let frequencies: [Double]
  /// Factor of cosines and sines.
  private let magnitude: Double
  /// Shape (batch, pairs).
  private let cosines: Buffer<Float>
  /// Shape (batch, pairs).
  private let sines: Buffer<Float>

  /// `divisors` (one a pair) are those of the model's file.
  init(
    _ rope: Rope, _ configuration: ModelConfiguration, divisors: UnsafePointer<Float>?,
    batchCapacity: Int
  ) {
    let c = configuration
    headWidth = c.headWidth
    ropeWidth = c.ropeWidth
    pairing = c.family.ropePairing
    frequencies = rope.scaling.frequencies(
      base: rope.base, width: c.ropeWidth, divisors: divisors)
    magnitude = rope.scaling.magnitude
    cosines = Buffer(batchCapacity * frequencies.count)
    sines = Buffer(batchCapacity * frequencies.count)
  }

  /// Sets the angles of `rows` of a batch, the first of which stands at `position`.
  func setAngles(_ rows: Range<Int>, at position: Int) {
    for row in rows {
      let (cosines, sines) = (cosines[row * frequencies.count], sines[row * frequencies.count])
      for pair in frequencies.indices {
        let angle = Double(position + row - rows.lowerBound) * frequencies[pair]
        cosines[pair] = Float(magnitude * cos(angle))
        sines[pair] = Float(magnitude * sin(angle))
      }
    }
  }

  /// Rotates `heads` vectors of batch row `row`.
  func rotate(_ vectors: UnsafeMutablePointer<Float>, heads: Int, row: Int) {
    let offset = row * frequencies.count
    sr_rope(
      vectors, heads, headWidth, ropeWidth, cosines[offset], sines[offset],
      pairing == .halves ? 1 : 0)
  }
}

/// The rotations that a model's layers have, each computed once.
final class Rotations {
  private let ropes: [RotaryEmbedding]
  /// Index of each layer's rotation; nil where it has none.
  private let ropeOfLayer: [Int?]

  /// Allocates memory for batches of up to `batchCapacity` tokens.
  init(_ c: ModelConfiguration, divisors: UnsafePointer<Float>?, batchCapacity: Int) {
    let different = c.layerAttention.compactMap(\.rope).reduce(into: [Rope]()) { ropes, rope in
      if !ropes.contains(rope) { ropes.append(rope) }
    }
    ropes = different.map {
      RotaryEmbedding($0, c, divisors: divisors, batchCapacity: batchCapacity)
    }
    ropeOfLayer = c.layerAttention.map { $0.rope.flatMap(different.firstIndex) }
  }

  /// Sets the angles of a batch's rows.
  func setAngles(_ texts: [TextRows]) {
    for rope in ropes {
      for text in texts { rope.setAngles(text.rows, at: text.position) }
    }
  }

  /// The rotation of layer `index`; nil where it has none.
  subscript(index: Int) -> RotaryEmbedding? { ropeOfLayer[index].map { ropes[$0] } }
}
