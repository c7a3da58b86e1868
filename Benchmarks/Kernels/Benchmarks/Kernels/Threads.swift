// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Synchronization

/// Registers the dispatch of work to two threads, including the wait for both.
func registerThreads() {
  registerForkJoin("nothing to do") { pool, _ in pool.run(2) { _ in } }
  // Each task waits until the other one has started, so that one thread cannot run both.
  registerForkJoin("both threads met") { pool, meeting in
    let everyone = meeting.arrived.load(ordering: .relaxed) + 2
    pool.run(2) { _ in
      meeting.arrived.wrappingAdd(1, ordering: .relaxed)
      while meeting.arrived.load(ordering: .relaxed) < everyone {}
    }
  }
}

private func registerForkJoin(_ form: String, run: @escaping (ThreadPool, Meeting) -> Void) {
  register("fork-join", ["form": form, "threads": "2"], nanoseconds: 1000) {
    (pool: ThreadPool(threads: 2), meeting: Meeting())
  } run: { state in
    run(state.pool, state.meeting)
  }
}

private final class Meeting: Sendable {
  let arrived = Atomic<Int>(0)
}
