import CKernels
import Glibc

/// Rotary position embedding: pairs of a head's values turn by an angle that grows with the
/// position, each pair at its own frequency (arXiv 2104.09864).
final class RotaryEmbedding {
  private let headWidth: Int
  private let ropeWidth: Int
  private let pairing: RopePairing
  /// Angle of each pair per position, in radians.
  private let frequencies: [Double]
  /// Shape (batch, pairs).
  private let cosines: Buffer<Float>
  /// Shape (batch, pairs).
  private let sines: Buffer<Float>

  /// `factors` (one a pair) divide the frequencies of models whose context was stretched.
  init(
    _ configuration: ModelConfiguration, factors: UnsafePointer<Float>?, batchCapacity: Int
  ) {
    let c = configuration
    headWidth = c.headWidth
    ropeWidth = c.ropeWidth
    pairing = c.architecture.ropePairing
    frequencies = (0..<c.ropeWidth / 2).map { pair in
      pow(c.ropeBase, -Double(2 * pair) / Double(c.ropeWidth))
        / (c.ropeScale * Double(factors?[pair] ?? 1))
    }
    cosines = Buffer(batchCapacity * frequencies.count)
    sines = Buffer(batchCapacity * frequencies.count)
  }

  /// Sets the angles of a batch whose first row stands at `position`.
  func setAngles(count: Int, at position: Int) {
    for row in 0..<count {
      let (cosines, sines) = (cosines[row * frequencies.count], sines[row * frequencies.count])
      for pair in frequencies.indices {
        let angle = Double(position + row) * frequencies[pair]
        cosines[pair] = Float(cos(angle))
        sines[pair] = Float(sin(angle))
      }
    }
  }

  /// Turns `heads` vectors of batch row `row`.
  func turn(_ vectors: UnsafeMutablePointer<Float>, heads: Int, row: Int) {
    let offset = row * frequencies.count
    sr_rope(
      vectors, heads, headWidth, ropeWidth, cosines[offset], sines[offset],
      pairing == .halves ? 1 : 0)
  }
}
