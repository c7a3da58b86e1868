// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Synchronization

/// What a pool's threads share.
///
/// A fork-join is one generation. The caller publishes the job, opens the gate, raises the generation and works on the
/// tasks itself. Then it shuts the gate and waits for the workers inside; so the job outlives its last user, and a
/// worker that the system has not woken in time is not waited for.
final class PoolState: @unchecked Sendable {
  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  /// The workers inside, plus `shut` while none may enter.
  private let gate = Atomic<Int>(shut)
  private let sleepers = Atomic<Int>(0)
  private let inUse = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private var count = 0
  private var job: ((UnsafeRawPointer, Int) -> Void)?
  private var context: UnsafeRawPointer?
  /// The token that leaves out tasks of the fork-join that have not begun.
  private var stop = StopToken.process
  /// The current token of the caller, which the tasks find as theirs.
  private var current = StopToken.process
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// A worker looks at the generation this often before it sleeps: some 50 microseconds, longer than what one thread does
  /// alone between two fork-joins of a step. To be woken costs more than a small step.
  private static let workerSpins = 100_000
  /// The caller looks at the gate this often before it lets others run.
  private static let spins = 4000
  private static let shut = 1 << 32

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(wake)
    mutex.deallocate()
    wake.deallocate()
  }

  /// Takes the pool for a fork-join; false when it is taken already.
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

  /// Ends the workers.
  func end() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  /// Works on one fork-join after the other until the pool ends.
  func work() {
    var seen = 0
    while true {
      seen = nextGeneration(after: seen)
      if stopping.load(ordering: .acquiring) { return }
      guard enter() else { continue }
      let current = current
      // A worker has the token of the process without being told. Binding allocates, and costs more than a small task.
      if current === StopToken.process {
        takeTasks()
      } else {
        StopToken.$current.withValue(current) { takeTasks() }
      }
      gate.wrappingSubtract(1, ordering: .releasing)
    }
  }

  /// False where the fork-join is over before this worker got to it.
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

  /// Runs tasks until none is left or a stop is requested. Never inlined, so that every reference to the job is
  /// released before the worker leaves through the gate: the job lives on its caller's stack.
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
    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    var now = generation.load(ordering: .sequentiallyConsistent)
    while now == seen {
      pthread_cond_wait(wake, mutex)
      now = generation.load(ordering: .sequentiallyConsistent)
    }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
    return now
  }

  private func wakeAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
  }
}
