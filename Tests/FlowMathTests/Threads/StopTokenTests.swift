// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Synchronization
import Testing

@Suite struct StopTokenTests {
  @Test func aSequenceEndsAtTheRequest() {
    let token = StopToken()
    StopToken.$current.withValue(token) {
      #expect(Array((0..<1000).untilStopped) == Array(0..<1000))
      var seen = 0
      for number in (0..<100_000).untilStopped {
        seen += 1
        if number == 600 { token.request() }
      }
      // No element follows the one during which the stop was requested, however long each of them takes.
      #expect(seen == 601)
      #expect(Array((0..<10).untilStopped).isEmpty)
      #expect((0..<10).untilStopped.map { $0 + 1 }.isEmpty)
      token.reset()
      #expect((0..<10).untilStopped.map { $0 + 1 }.count == 10)
    }
  }

  /// Tasks that have not started are skipped, on the pool's threads and on the calling one. With `stop: .never`, all
  /// tasks are run.
  @Test(arguments: [1, 2, 3])
  func thePoolSkipsTasks(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    let token = StopToken()
    StopToken.$current.withValue(token) {
      let done = Atomic(0)
      pool.run(100_000) { task in
        done.wrappingAdd(1, ordering: .relaxed)
        if task == 50 { token.request() }
      }
      let count = done.load(ordering: .relaxed)
      #expect(count > 50 && count < 100_000)
      let all = Counter()
      pool.run(1000, inRanges: 1000, stop: .never, all) { all, range in all.add(range.count) }
      #expect(all.count == 1000)
    }
  }

  /// Inside a task, the current token is the caller's, whichever thread runs the task.
  @Test func tasksSeeTheTokenOfTheirCaller() {
    let pool = ThreadPool(threads: 3)
    for _ in 0..<100 {
      let token = StopToken()
      let strangers = Counter()
      StopToken.$current.withValue(token) {
        pool.run(64) { _ in if StopToken.current !== token { strangers.add(1) } }
      }
      #expect(strangers.count == 0)
    }
  }

  /// Work that is shielded from a stop therefore continues when its tasks check for one, on other threads too.
  @Test func tasksOfShieldedWorkAreShielded() {
    let pool = ThreadPool(threads: 3)
    for _ in 0..<100 {
      let strangers = Counter()
      StopToken.shielded {
        pool.run(64) { _ in if StopToken.current !== StopToken.never { strangers.add(1) } }
      }
      #expect(strangers.count == 0)
    }
  }

  /// The token that skips tasks does not replace the one that the tasks check themselves.
  @Test func tasksSeeTheTokenOfTheirCallerWhateverSkipsThem() {
    let pool = ThreadPool(threads: 3)
    for _ in 0..<100 {
      let token = StopToken()
      let strangers = Counter()
      StopToken.$current.withValue(token) {
        pool.run(64, inRanges: 64, stop: .never, (strangers, token)) { work, _ in
          if StopToken.current !== work.1 { work.0.add(1) }
        }
      }
      #expect(strangers.count == 0)
    }
  }

  @Test func aProductEndsEarly() {
    let token = StopToken()
    let size = 1024
    let x = Buffer<Double>(rows: size, columns: size)
    for i in 0..<x.count { x.pointer[i] = 1 }
    let z = Buffer<Double>(rows: size, columns: size)
    let matrix = Matrix(x.pointer, rows: size, columns: size)
    let weights = Panels(x.pointer, rows: size, columns: size)
    let result = Matrix(z.pointer, rows: size, columns: size)
    token.request()
    StopToken.$current.withValue(token) { Product.forward(matrix, weights, bias: nil, into: result, rows: 0..<size) }
    #expect(result[size - 1, 0] == 0)
    Product.forward(matrix, weights, bias: nil, into: result, rows: 0..<size)
    #expect(result[size - 1, 0] == Double(size))
  }

  /// A long buffer, filled in pieces, holds the same numbers that individual draws return.
  @Test func longFillsEqualIndividualDraws() {
    var (one, other) = (RandomStream(seed: 3, purpose: .data), RandomStream(seed: 3, purpose: .data))
    for offset in [0, 1] {
      for _ in 0..<offset { #expect(one.normal() == other.normal()) }
      var numbers = [Double](repeating: 0, count: 200_003)
      numbers.withUnsafeMutableBufferPointer { one.fillNormal($0) }
      #expect(numbers.allSatisfy { $0 == other.normal() })
    }
  }

  /// Requests a stop when it returns the last element of a given number.
  private struct Countdown: Sequence, IteratorProtocol {
    let token: StopToken
    var left: Int
    var underestimatedCount: Int { 100_000 }

    mutating func next() -> Int? {
      left -= 1
      if left == 0 { token.request() }
      return left
    }
  }

  private func withToken<Result>(_ body: (StopToken) -> Result) -> Result {
    let token = StopToken()
    return StopToken.$current.withValue(token) { body(token) }
  }

  @Test func withoutAStopNothingIsSkipped() {
    withToken { _ in
      #expect((0..<1000).untilStopped.map { $0 * 2 } == (0..<1000).map { $0 * 2 })
      #expect(Array((0..<1000).untilStopped) == Array(0..<1000))
      #expect([3, 1, 2].sortedUntilStopped(by: <) == [1, 2, 3])
    }
  }

  /// `map` and `Array` would trap if a sequence returned fewer elements than its underestimated count.
  @Test func fewerElementsThanPromisedDoNotTrap() {
    withToken { token in
      let mapped = Countdown(token: token, left: 5).untilStopped.map { $0 }
      #expect(mapped == [4, 3, 2, 1, 0])
    }
    withToken { token in
      #expect(Array(Countdown(token: token, left: 5).untilStopped) == [4, 3, 2, 1, 0])
    }
    withToken { token in
      token.request()
      #expect((0..<1000).untilStopped.map { $0 }.isEmpty)
    }
  }

  @Test func aStoppedSortKeepsAllElements() {
    withToken { token in
      let numbers = (0..<200_000).map { ($0 * 7919) % 200_000 }
      var comparisons = 0
      let sorted = numbers.sortedUntilStopped { left, right in
        comparisons += 1
        if comparisons == 10 { token.request() }
        return left < right
      }
      #expect(comparisons <= 65_536)
      #expect(Set(sorted).count == numbers.count)
    }
  }
}

private final class Counter: Sendable {
  private let number = Atomic(0)
  var count: Int { number.load(ordering: .relaxed) }
  func add(_ count: Int) { number.wrappingAdd(count, ordering: .relaxed) }
}
