/// Lets two runs compute in turns of about a second, so that both meet the same state of the machine.
actor Alternation {
  /// A turn ends with the first call that reaches this many seconds in it.
  private let slice: Double
  private var turn = 0
  private var spent = 0.0
  private var finished: Set<Int> = []
  private var waiting: CheckedContinuation<Void, Never>?

  init(slice: Double) { self.slice = slice }

  /// Waits until run `number`, 0 or 1, may compute.
  func enter(_ number: Int) async {
    guard turn != number, finished.isEmpty else { return }
    await withCheckedContinuation { waiting = $0 }
  }

  /// Run `number` computed for `seconds`.
  func leave(_ number: Int, after seconds: Double) {
    guard turn == number else { return }
    spent += seconds
    if spent >= slice { pass() }
  }

  /// A run is over; the other one goes on alone.
  func finish(_ number: Int) {
    finished.insert(number)
    pass()
  }

  private func pass() {
    turn = 1 - turn
    spent = 0
    waiting?.resume()
    waiting = nil
  }
}
