import Foundation
import Inference
import Synchronization
import Testing

struct ComputePoolTests {
  /// How often each index of a loop was covered.
  final class Counts: Sendable {
    let counts: Mutex<[Int]>

    init(_ count: Int) { counts = Mutex(Array(repeating: 0, count: count)) }

    func cover(_ range: Range<Int>) {
      counts.withLock { for index in range { $0[index] += 1 } }
    }

    var all: [Int] { counts.withLock { $0 } }
  }

  @Test(arguments: [1, 2, 3, 8]) func `every index is covered once`(threads: Int) {
    let pool = ComputePool(threads: threads)
    #expect(pool.threads == threads)
    for (count, grain) in [(0, 1), (1, 1), (2, 1), (100, 1), (100, 7), (1000, 64), (5, 100)] {
      let counts = Counts(count)
      pool.run(count, grain: grain, work: .max) { counts.cover($0) }
      #expect(counts.all == Array(repeating: 1, count: count), "\(count) by \(grain)")
    }
  }

  @Test func `ranges are whole grains, and the last ones are small`() {
    let pool = ComputePool(threads: 2)
    let ranges = Mutex<[Range<Int>]>([])
    pool.run(100, grain: 7, work: .max) { range in ranges.withLock { $0.append(range) } }
    let inOrder = ranges.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } }
    #expect(inOrder.dropLast().allSatisfy { $0.count % 7 == 0 })
    #expect(inOrder[0].count == 21)
    #expect(inOrder.last == 98..<100)
  }

  @Test func `little work is one call on the caller's thread`() {
    let pool = ComputePool(threads: 2)
    let caller = pthread_self()
    let calls = Mutex(0)
    pool.run(100, grain: 1, work: ComputePool.leastSharedWork - 1) { range in
      calls.withLock { $0 += 1 }
      #expect(range == 0..<100)
      #expect(pthread_equal(pthread_self(), caller) != 0)
    }
    #expect(calls.withLock { $0 } == 1)
  }

  @Test func `a loop within a loop is covered once`() {
    let pool = ComputePool(threads: 3)
    let counts = Counts(400)
    pool.run(20, grain: 1, work: .max) { outer in
      for index in outer {
        pool.run(20, grain: 1, work: .max) { inner in
          counts.cover(index * 20 + inner.lowerBound..<index * 20 + inner.upperBound)
        }
      }
    }
    #expect(counts.all == Array(repeating: 1, count: 400))
  }

  @Test func `loops from several threads at once are covered once each`() {
    let pool = ComputePool(threads: 2)
    let counts = (0..<4).map { _ in Counts(50) }
    DispatchQueue.concurrentPerform(iterations: 4) { caller in
      for _ in 0..<200 {
        pool.run(50, grain: 3, work: .max) { counts[caller].cover($0) }
      }
    }
    for counts in counts { #expect(counts.all == Array(repeating: 200, count: 50)) }
  }

  @Test func `a pool ends with its workers asleep, at work a moment ago, or never used`() {
    for runs in [0, 1, 50] {
      for _ in 0..<20 {
        let pool = ComputePool(threads: 4)
        let counts = Counts(8)
        for _ in 0..<runs { pool.run(8, grain: 1, work: .max) { counts.cover($0) } }
        #expect(counts.all == Array(repeating: runs, count: 8))
      }
    }
  }

  @Test func `a count of threads that makes no sense is one`() {
    #expect(ComputePool(threads: 0).threads == 1)
    #expect(ComputePool(threads: .min).threads == 1)
  }
}
