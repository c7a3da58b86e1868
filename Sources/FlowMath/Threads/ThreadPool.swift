// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Synchronization

/// A fixed set of threads that run the tasks of one fork-join at a time.
///
/// If a stop is requested, tasks that have not started are skipped; the caller checks `StopToken.current` afterwards.
/// Any thread may run any task, so the result of a task must not depend on its thread. A call from within a task, or
/// while another thread uses the pool, runs its tasks on the calling thread. Waiting threads spin briefly, because the
/// next fork is usually microseconds away, and then sleep. SIGINT and the terminal's signals are blocked in the
/// workers, so they are delivered to the thread that reads the terminal.
public final class ThreadPool: @unchecked Sendable {
  /// The number of threads that work on a fork-join, including the caller.
  public let threads: Int
  private let shared: PoolState
  private var workers: [pthread_t] = []
  private let pages = Guarded<(supply: PageSupply, thread: pthread_t)?>(nil)

  /// Creates a pool of the given number of threads, including the caller's; a pool of one thread has no workers. If the
  /// system refuses a thread, the other threads do its work.
  public init(threads: Int) {
    self.threads = max(threads, 1)
    shared = PoolState()
    for _ in 1..<self.threads {
      if let worker = startThread(shared.work) { workers.append(worker) }
    }
  }

  deinit {
    shared.end()
    for worker in workers { pthread_join(worker, nil) }
    pages.withLock { pages in
      guard let pages else { return }
      pages.supply.stop()
      pthread_join(pages.thread, nil)
    }
  }

  /// Makes the system prepare memory that will be written soon, without blocking the caller. In a pool of one thread
  /// this does nothing: pages are prepared when they are first written.
  public func prepare(_ memory: UnsafeMutableRawBufferPointer) {
    guard !workers.isEmpty else { return }
    pages.withLock { pages in
      if pages == nil {
        let supply = PageSupply()
        pages = startThread(supply.work).map { (supply, $0) }
      }
      pages?.supply.request(memory)
    }
  }

  /// Splits 0 ..< count into the given number of ranges of nearly equal length, calls `body` for each, and returns when
  /// all calls have returned. If `body` captures nothing, nothing is allocated.
  ///
  /// Ranges that have not started are skipped if `stop`, by default the current token, requests it. Whatever `stop` is,
  /// the caller's current token is also the current token inside `body`.
  @inlinable
  public func run<Context>(
    _ count: Int, inRanges ranges: Int, stop: StopToken? = nil, _ context: Context,
    _ body: @escaping (Context, Range<Int>) -> Void
  ) {
    guard ranges > 1 else { return body(context, 0..<count) }
    let stop = stop ?? .current
    guard claim() else {
      for number in 0..<ranges where !stop.isRequested {
        body(context, count * number / ranges..<count * (number + 1) / ranges)
      }
      return
    }
    withUnsafePointer(to: (context, body, count, ranges)) { work in
      forkJoin(ranges, UnsafeRawPointer(work), stop) { raw, number in
        let work = raw.assumingMemoryBound(to: (Context, (Context, Range<Int>) -> Void, Int, Int).self)
        let (count, ranges) = (work.pointee.2, work.pointee.3)
        work.pointee.1(work.pointee.0, count * number / ranges..<count * (number + 1) / ranges)
      }
    }
    release()
  }

  /// Does the same with as many ranges as the work is worth. `elements` is the total number of elements in memory that
  /// the work reads.
  @inlinable @inline(__always)
  public func run<Context>(
    _ count: Int, elements: Int, stop: StopToken? = nil, _ context: Context,
    _ body: @escaping (Context, Range<Int>) -> Void
  ) {
    run(count, inRanges: max(min(elements / 20_000, 2 * threads, count), 1), stop: stop, context, body)
  }

  /// Calls `body` once for each number from 0 to `count - 1`, and returns when all calls have returned.
  public func run(_ count: Int, _ body: (Int) -> Void) {
    // A single small task would take less time than wrapping its closure for other threads.
    guard count > 1, !workers.isEmpty else {
      let token = StopToken.current
      for task in 0..<max(count, 0) where !token.isRequested { body(task) }
      return
    }
    withoutActuallyEscaping(body) { body in
      run(count, inRanges: count, body) { body, range in for task in range { body(task) } }
    }
  }

  /// Reserves the pool for a fork-join. Returns false if there are no workers or another thread uses them.
  @usableFromInline
  func claim() -> Bool { !workers.isEmpty && shared.claim() }

  @usableFromInline
  func forkJoin(
    _ count: Int, _ context: UnsafeRawPointer, _ stop: StopToken, _ body: @escaping (UnsafeRawPointer, Int) -> Void
  ) {
    shared.forkJoin(count, context, stop, body)
  }

  @usableFromInline
  func release() { shared.release() }
}

/// Returns the number of processors that are online.
public func availableProcessors() -> Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }
