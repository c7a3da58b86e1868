// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Synchronization

/// What a pool's threads share.
///
/// A fork-join is one generation. The caller publishes the job, raises the generation, works on the tasks itself, and
/// waits until every worker has left the generation; so the job outlives its last user.
final class PoolState: @unchecked Sendable {
  private let workers: Int
  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let left = Atomic<Int>(0)
  private let sleepers = Atomic<Int>(0)
  private let inUse = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private var count = 0
  private var job: ((Int) -> Void)?
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  /// Looks at the generation this often before it sleeps: about 20 microseconds.
  private static let spins = 4000

  init(workers: Int) {
    self.workers = workers
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

  func forkJoin(_ tasks: Int, _ body: @escaping (Int) -> Void) {
    count = tasks
    job = body
    next.store(0, ordering: .relaxed)
    left.store(0, ordering: .relaxed)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    if sleepers.load(ordering: .sequentiallyConsistent) > 0 { wakeAll() }
    takeTasks()
    var spin = 0
    while left.load(ordering: .acquiring) < workers {
      spin += 1
      if spin > Self.spins { sched_yield() }
    }
    job = nil
  }

  func stop() {
    stopping.store(true, ordering: .sequentiallyConsistent)
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    wakeAll()
  }

  /// A worker's life.
  func work() {
    var seen = 0
    while true {
      waitForWork(after: seen)
      seen += 1
      if stopping.load(ordering: .acquiring) { return }
      takeTasks()
      left.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Runs tasks until none is left. Never inlined: so every reference to the job is given back before the worker says
  /// that it has left the generation, and the job lives on its caller's stack.
  @inline(never)
  private func takeTasks() {
    guard let body = job else { return }
    while true {
      let task = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard task < count else { return }
      body(task)
    }
  }

  private func waitForWork(after seen: Int) {
    for _ in 0..<Self.spins where generation.load(ordering: .acquiring) != seen { return }
    pthread_mutex_lock(mutex)
    sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
    while generation.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wake, mutex) }
    sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent)
    pthread_mutex_unlock(mutex)
  }

  private func wakeAll() {
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
  }
}
