// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Synchronization

/// The state shared by the threads of a pool.
///
/// A fork-join is one generation. The caller publishes the job, opens the gate, increments the generation and works on
/// the tasks itself. It then shuts the gate and waits until the workers inside have left. So the job outlives its last
/// use, and the caller never waits for a worker that the system has not woken in time.
final class PoolState: @unchecked Sendable {
  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  /// The number of workers inside, plus `shut` while no worker may enter.
  private let gate = Atomic<Int>(shut)
  private let sleepers = Atomic<Int>(0)
  private let inUse = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private var count = 0
  private var job: ((UnsafeRawPointer, Int) -> Void)?
  private var context: UnsafeRawPointer?
  /// The token that cancels the tasks of the fork-join that have not started.
  private var stop = StopToken.process
  /// The caller's current token, which becomes the current token of the tasks.
  private var current = StopToken.process
  /// Sleeping workers wait for a change, which stands for a new generation.
  private let wake = Guarded(())

  /// The number of times a worker checks the generation before it sleeps. They take some 50 microseconds, longer than
  /// the serial work between two fork-joins of a training step, because waking a worker costs more than a small step.
  private static let workerSpins = 100_000
  /// The number of times the caller checks the gate before it begins to yield the processor.
  private static let spins = 4000
  private static let shut = 1 << 32

  /// Reserves the pool for a fork-join. Returns false if it is already in use.
  func claim() -> Bool { !inUse.exchange(true, ordering: .acquiring) }

  func release() { inUse.store(false, ordering: .releasing) }

  func forkJoin(
    _ tasks: Int, _ context: UnsafeRawPointer, _ stop: StopToken, _ body: @escaping (UnsafeRawPointer, Int) -> Void
  ) {
    count = tasks
    self.context = context
    job = body
    self.stop = stop
    current = .current
    next.store(0, ordering: .relaxed)
    gate.store(0, ordering: .releasing)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    takeTasks()
    gate.wrappingAdd(Self.shut, ordering: .acquiring)
    var spin = 0
    while gate.load(ordering: .acquiring) != Self.shut {
      spin += 1
      if spin > Self.spins { sched_yield() }
    }
    job = nil
  }

  /// Makes the workers return.
  func end() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  /// Runs fork-joins until the pool ends. This is the body of a worker.
  func work() {
    var seen = 0
    while true {
      seen = nextGeneration(after: seen)
      if stopping.load(ordering: .acquiring) { return }
      guard enter() else { continue }
      let current = current
      // The process token is the default, so it need not be bound; binding allocates and costs more than a small task.
      if current === StopToken.process {
        takeTasks()
      } else {
        StopToken.$current.withValue(current) { takeTasks() }
      }
      gate.wrappingSubtract(1, ordering: .releasing)
    }
  }

  /// Returns false if the fork-join ended before this worker could enter.
  private func enter() -> Bool {
    var inside = gate.load(ordering: .relaxed)
    while inside < Self.shut {
      let result = gate.compareExchange(
        expected: inside, desired: inside + 1, successOrdering: .acquiring, failureOrdering: .relaxed)
      if result.exchanged { return true }
      inside = result.original
    }
    return false
  }

  /// Runs tasks until none is left or a stop is requested. This is never inlined, so that every reference to the job is
  /// released before the worker leaves the gate: the job lives on the caller's stack.
  @inline(never)
  private func takeTasks() {
    guard let body = job, let context else { return }
    while !stop.isRequested {
      let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard task < count else { return }
      body(context, task)
    }
  }

  private func nextGeneration(after seen: Int) -> Int {
    for _ in 0..<Self.workerSpins {
      let now = generation.load(ordering: .acquiring)
      if now != seen { return now }
    }
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
    return wake.wait { _ in
      let now = generation.load(ordering: .sequentiallyConsistent)
      return now == seen ? nil : now
    }
  }

  private func wakeAll() { wake.change { _ in } }
}
