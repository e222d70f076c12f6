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
