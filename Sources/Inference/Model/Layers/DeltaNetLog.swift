/// What the tokens of a short pass wrote to the states of all recurrent layers.
final class DeltaNetLog {
  private let net: DeltaNetConfiguration
  private let rows: Int
  /// Inputs of the convolution, shape (layers, rows, channels).
  private let inputs: Buffer<Float>
  /// Shape (layers, rows, keys).
  private let keys: Buffer<Float>
  /// Shape (layers, rows, values).
  private let updates: Buffer<Float>
  /// Shape (layers, rows, value heads).
  private let decays: Buffer<Float>

  /// Bytes of a log of `rows` tokens.
  static func byteCount(_ net: DeltaNetConfiguration, rows: Int) -> Int {
    let floats = net.channels + net.keyWidth + net.valueWidth + net.valueHeadCount
    return net.layerCount * rows * floats * MemoryLayout<Float>.stride
  }

  /// Room for `rows` tokens; memory is touched only as far as passes are long.
  init(_ net: DeltaNetConfiguration, rows: Int) {
    self.net = net
    self.rows = rows
    let all = net.layerCount * rows
    inputs = Buffer(all * net.channels)
    keys = Buffer(all * net.keyWidth)
    updates = Buffer(all * net.valueWidth)
    decays = Buffer(all * net.valueHeadCount)
  }

  /// The convolution's inputs of one token: (channels).
  func input(_ layer: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    inputs[(layer * rows + row) * net.channels]
  }

  /// The key of one token in a key head: (head width).
  func key(_ layer: Int, _ row: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    keys[(layer * rows + row) * net.keyWidth + head * net.headWidth]
  }

  /// What one token wrote in a value head: (head width).
  func update(_ layer: Int, _ row: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    updates[(layer * rows + row) * net.valueWidth + head * net.headWidth]
  }

  /// What each value head's state is multiplied with at one token: (value heads).
  func decay(_ layer: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
    decays[(layer * rows + row) * net.valueHeadCount]
  }
}
