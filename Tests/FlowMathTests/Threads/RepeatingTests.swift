// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Synchronization
import Testing

@Suite struct RepeatingTests {
  /// The action runs while the body waits, and not after it.
  @Test func actionRepeatsDuringBody() {
    let count = Mutex(0)
    let start = monotonicSeconds()
    let result = repeating(every: 0.001, { count.withLock { $0 += 1 } }) {
      while count.withLock({ $0 }) < 3, monotonicSeconds() - start < 30 {}
      return count.withLock { $0 }
    }
    let after = count.withLock { $0 }
    #expect(result >= 3)
    let pause = monotonicSeconds()
    while monotonicSeconds() - pause < 0.02 {}
    #expect(count.withLock { $0 } == after)
  }

  /// A short body need not wait for the end of an interval.
  @Test func endsAtOnce() {
    struct Failure: Error {}
    let start = monotonicSeconds()
    #expect(repeating(every: 60, {}) { 1 } == 1)
    #expect(throws: Failure.self) { try repeating(every: 60, {}) { () throws(Failure) in throw Failure() } }
    #expect(monotonicSeconds() - start < 30)
  }
}
