// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc
import Synchronization

/// A fixed set of threads that run the tasks of one fork-join at a time.
///
/// When a stop is requested, tasks that have not begun are left out; the caller checks `StopToken.current` afterwards.
/// Which thread runs a task is left to chance; what a task computes must not depend on it. A call from within a task,
/// or while another thread uses the pool, runs its tasks on the calling thread. Waiting threads spin briefly, because
/// the next fork is usually microseconds away, and then sleep. SIGINT and the terminal's signals are blocked in the
/// workers, so the thread that reads the terminal gets them.
public final class ThreadPool: @unchecked Sendable {
  /// Threads that work on a fork-join, the caller included.
  public let threads: Int
  private let shared: PoolState
  private var workers: [pthread_t] = []
  private let pages = Guarded<(supply: PageSupply, thread: pthread_t)?>(nil)

  /// Creates a pool of the given number of threads, the caller's included; one thread needs no workers. If the system
  /// refuses a thread, the others do its work.
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

  /// Has the system prepare memory that will be written soon, while the caller goes on. A pool of one thread does
  /// nothing: the pages are prepared when they are first written.
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

  /// Runs `body` for the given number of ranges of nearly the same length, which together are the numbers below `count`,
  /// and returns when all are done. If `body` captures nothing, nothing is allocated.
  ///
  /// Ranges that have not begun are left out when `stop` is requested, by default the current token. Whatever `stop`
  /// is, `body` finds the caller's current token on every thread.
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

  /// The same for as many ranges as the work is worth; `elements` are those of memory that all of it reads.
  @inlinable @inline(__always)
  public func run<Context>(
    _ count: Int, elements: Int, stop: StopToken? = nil, _ context: Context,
    _ body: @escaping (Context, Range<Int>) -> Void
  ) {
    run(count, inRanges: max(min(elements / 20_000, 2 * threads, count), 1), stop: stop, context, body)
  }

  /// Runs `body(0)` to `body(count - 1)`, each once, and returns when all are done.
  public func run(_ count: Int, _ body: (Int) -> Void) {
    // A single small task is done before its closure has been wrapped up for others.
    guard count > 1, !workers.isEmpty else {
      let token = StopToken.current
      for task in 0..<max(count, 0) where !token.isRequested { body(task) }
      return
    }
    withoutActuallyEscaping(body) { body in
      run(count, inRanges: count, body) { body, range in for task in range { body(task) } }
    }
  }

  /// Takes the pool for a fork-join; false if there are no workers, or another thread uses them.
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

/// The processors that are online.
public func availableProcessors() -> Int { max(sysconf(Int32(_SC_NPROCESSORS_ONLN)), 1) }
