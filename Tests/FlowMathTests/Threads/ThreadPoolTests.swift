// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc
import Synchronization
import Testing

/// Counts how often each task was run. Uses atomics because the thread sanitizer understands them, unlike `Mutex`.
private final class Tally: @unchecked Sendable {
  private let counts: UnsafeMutableBufferPointer<Atomic<Int>>

  init(_ tasks: Int) {
    counts = .allocate(capacity: tasks)
    for task in 0..<tasks { counts.initializeElement(at: task, to: Atomic(0)) }
  }

  deinit { counts.deinitialize().deallocate() }

  func note(_ task: Int) { counts[task].wrappingAdd(1, ordering: .relaxed) }

  var allRanOnce: Bool { counts.indices.allSatisfy { counts[$0].load(ordering: .relaxed) == 1 } }
}

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 7], [0, 1, 2, 5, 64, 1000])
  func everyTaskIsRunOnce(_ threads: Int, _ tasks: Int) {
    let pool = ThreadPool(threads: threads)
    let tally = Tally(tasks)
    pool.run(tasks) { tally.note($0) }
    #expect(tally.allRanOnce)
  }

  /// The ranges cover every number once, even if there are more ranges than numbers.
  @Test(arguments: [1, 2, 3], [0, 1, 5, 64])
  func rangesCoverAllNumbers(_ threads: Int, _ count: Int) {
    let pool = ThreadPool(threads: threads)
    for ranges in [1, 2, 7] {
      let tally = Tally(count)
      pool.run(count, inRanges: ranges, tally) { tally, range in for number in range { tally.note(number) } }
      #expect(tally.allRanOnce)
    }
  }

  @Test func aPoolHasAtLeastOneThread() {
    #expect(ThreadPool(threads: 0).threads == 1)
    #expect(ThreadPool(threads: -3).threads == 1)
    #expect(ThreadPool(threads: 3).threads == 3)
    #expect(availableProcessors() >= 1)
  }

  /// A task may use the pool itself; its own tasks then run on the same thread.
  @Test(arguments: [2, 3])
  func callsWithinTasks(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    let tally = Tally(6 * 10)
    pool.run(6) { outer in
      pool.run(10) { inner in tally.note(outer * 10 + inner) }
    }
    #expect(tally.allRanOnce)
  }

  /// The caller sees what the tasks wrote when `run` returns. Repeated a hundred thousand times.
  @Test(arguments: [2, 3])
  func manyForkJoins(_ threads: Int) {
    let pool = ThreadPool(threads: threads)
    let sums = Buffer<Double>(count: 8)
    let rounds = 100_000
    var lost = 0
    for round in 1...rounds {
      pool.run(3) { sums.pointer[$0] += 1 }
      if sums.pointer[0] + sums.pointer[1] + sums.pointer[2] != Double(3 * round) { lost += 1 }
    }
    #expect(lost == 0)
  }

  /// The second caller finds the pool in use and works alone, so neither waits for the other.
  @Test func twoCallersAtOnce() async {
    let pool = ThreadPool(threads: 2)
    let ok = await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<2 {
        group.addTask {
          (0..<2000).allSatisfy { _ in
            let tally = Tally(7)
            pool.run(7) { tally.note($0) }
            return tally.allRanOnce
          }
        }
      }
      return await group.reduce(true) { $0 && $1 }
    }
    #expect(ok)
  }

  /// Workers sleep when there is nothing to do, wake up again, and end with their pool.
  @Test func poolsCanBeCreatedAndFreed() {
    for round in 0..<50 {
      let pool = ThreadPool(threads: 4)
      let tally = Tally(16)
      pool.run(16) { tally.note($0) }
      #expect(tally.allRanOnce, "round \(round)")
    }
  }

  /// If every task takes some time, more than one thread takes part.
  @Test func workIsShared() {
    let pool = ThreadPool(threads: 2)
    let caller = pthread_self()
    let helped = Atomic<Int>(0)
    // The worker may be late for one round, but not for all of them.
    for _ in 0..<1000 where helped.load(ordering: .relaxed) == 0 {
      pool.run(64) { _ in
        if pthread_self() != caller { helped.wrappingAdd(1, ordering: .relaxed) }
        var busy = 0.0
        for i in 1...2000 { busy += 1 / Double(i) }
        #expect(busy > 1)
      }
    }
    #expect(helped.load(ordering: .relaxed) > 0)
  }

  /// Prepared memory is resident before it is first touched, and contains zeros.
  @Test(.enabled(if: PageMap(bytes: 1 << 12).canBePopulated))
  func pagesArePrepared() {
    let pages = PageMap(bytes: 4 << 20)
    #expect(!pages.areResident)
    let pool = ThreadPool(threads: 2)
    pool.prepare(pages.memory)
    let end = time(nil) + 30
    while !pages.areResident, time(nil) < end { sched_yield() }
    #expect(pages.areResident)
    #expect(pages.memory.allSatisfy { $0 == 0 })
  }
}

/// Memory freshly mapped by the system.
private final class PageMap {
  let memory: UnsafeMutableRawBufferPointer

  init(bytes: Int) {
    let start = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    memory = UnsafeMutableRawBufferPointer(start: start, count: bytes)
  }

  deinit { munmap(memory.baseAddress!, memory.count) }

  var areResident: Bool {
    var states = [UInt8](repeating: 0, count: memory.count / Int(sysconf(Int32(_SC_PAGESIZE))))
    return mincore(memory.baseAddress!, memory.count, &states) == 0 && states.allSatisfy { $0 & 1 == 1 }
  }

  /// False before Linux 5.14.
  var canBePopulated: Bool { madvise(memory.baseAddress!, memory.count, MADV_POPULATE_WRITE) == 0 }
}
