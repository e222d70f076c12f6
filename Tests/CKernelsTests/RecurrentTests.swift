import CKernels
import Foundation
import Testing

extension KernelTests.RowTests {
  /// Widths of keys and of values; beside those of vectors, and of groups of four.
  static let stateShapes = [(1, 1), (16, 16), (7, 20), (128, 128), (64, 100), (20, 75)]

  @Test(arguments: [2, 4, 5], [1, 15, 16, 40])
  func `a convolution weighs the last rows of each channel`(taps: Int, n: Int) {
    let channels = n + 3
    let rows = random(taps * channels, -2...2, seed: 1)
    let weights = random(taps * channels, -1...1, seed: 2)
    let got = agreed {
      var out = [Float](repeating: .nan, count: n)
      sr_convolve_silu(rows, weights, taps, channels, &out, n)
      return out
    }
    let exact = (0..<n).map { channel in
      let sum = (0..<taps).reduce(0.0) {
        $0 + Double(rows[$1 * channels + channel]) * Double(weights[$1 * channels + channel])
      }
      return sum / (1 + exp(-sum))
    }
    expect(got, exact, within: 1e-6)
  }

  @Test(arguments: stateShapes)
  func `a token changes the state by the gated delta rule`(keys: Int, values: Int) {
    let state = random(keys * values, -1...1, seed: 3)
    let key = random(keys, -0.5...0.5, seed: 4)
    let query = random(keys, -0.5...0.5, seed: 5)
    let value = random(values, -2...2, seed: 6)
    let (decay, rate): (Float, Float) = (0.8125, 0.375)
    let got = agreed {
      Array(step(state, key, query, value, decay, rate).joined())
    }
    var after = state.map { Double($0) * Double(decay) }
    var (updates, outs) = ([Double](), [Double]())
    for column in 0..<values {
      let held = (0..<keys).reduce(0.0) { $0 + Double(key[$1]) * after[$1 * values + column] }
      updates.append(Double(rate) * (Double(value[column]) - held))
      for row in 0..<keys { after[row * values + column] += Double(key[row]) * updates[column] }
      outs.append((0..<keys).reduce(0.0) { $0 + Double(query[$1]) * after[$1 * values + column] })
    }
    expect(got, after + updates + outs, within: 2e-6)
  }

  @Test(arguments: stateShapes)
  func `a state made from what was written is the same, to the last bit`(keys: Int, values: Int) {
    for set in instructionSets {
      using(set) {
        var states = [random(keys * values, -1...1, seed: 7)]
        var replayed = states[0]
        for token in 0..<5 as Range<UInt64> {
          let key = random(keys, -0.5...0.5, seed: 8 + token)
          let value = random(values, -2...2, seed: 20 + token)
          let parts = step(states[0], key, key, value, 0.9, 0.5)
          states[0] = parts[0]
          let before = replayed
          sr_delta_replay(before, &replayed, key, parts[1], 0.9, keys, values)
          #expect(bits(replayed) == bits(states[0]), "\(set)")
          var inPlace = before
          inPlace.withUnsafeMutableBufferPointer {
            sr_delta_replay($0.baseAddress, $0.baseAddress, key, parts[1], 0.9, keys, values)
          }
          #expect(bits(inPlace) == bits(states[0]), "\(set)")
        }
      }
    }
  }

  /// The state after a token, what the token wrote, and what it read.
  private func step(
    _ state: [Float], _ key: [Float], _ query: [Float], _ value: [Float], _ decay: Float,
    _ rate: Float
  ) -> [[Float]] {
    var after = [Float](repeating: .nan, count: state.count)
    var update = [Float](repeating: .nan, count: value.count)
    var out = update
    state.withUnsafeBufferPointer { state in
      key.withUnsafeBufferPointer { key in
        query.withUnsafeBufferPointer { query in
          value.withUnsafeBufferPointer { value in
            after.withUnsafeMutableBufferPointer { after in
              update.withUnsafeMutableBufferPointer { update in
                out.withUnsafeMutableBufferPointer { out in
                  var step = sr_delta_step(
                    before: state.baseAddress, after: after.baseAddress, key: key.baseAddress,
                    query: query.baseAddress, value: value.baseAddress, decay: decay, rate: rate,
                    update: update.baseAddress, out: out.baseAddress, key_width: key.count,
                    value_width: value.count)
                  sr_token_delta(&step)
                }
              }
            }
          }
        }
      }
    }
    return [after, update, out]
  }
}
