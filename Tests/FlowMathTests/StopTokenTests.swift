// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

struct StopTokenTests {
  /// Requests a stop when it has given a number of elements.
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

  @Test func withoutAStopNothingIsLeftOut() {
    withToken { _ in
      #expect((0..<1000).untilStopped.map { $0 * 2 } == (0..<1000).map { $0 * 2 })
      #expect(Array((0..<1000).untilStopped) == Array(0..<1000))
      #expect([3, 1, 2].sortedUntilStopped(by: <) == [1, 2, 3])
    }
  }

  /// A sequence that promises more elements than follow would be a trap in `map` and `Array`.
  @Test func fewerElementsThanPromisedAreNoTrap() {
    withToken { token in
      let mapped = Countdown(token: token, left: 5).untilStopped.map { $0 }
      #expect(mapped.first == 4 && mapped.count <= 256)
    }
    withToken { token in
      #expect(Array(Countdown(token: token, left: 5).untilStopped).count <= 256)
    }
    withToken { token in
      token.request()
      #expect((0..<1000).untilStopped.map { $0 }.isEmpty)
    }
  }

  @Test func aSortThatIsStoppedKeepsTheElements() {
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
