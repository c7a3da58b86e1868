// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import Glibc

/// The part of a thread's stack that the evaluator may use.
struct StackBounds {
  /// Below this address there is only room left to report the error.
  private let limit: UInt

  /// What is kept free for the builtins, which call the engine and the host.
  private static let reserve: UInt = 256 * 1024

  static func ofThisThread() -> StackBounds {
    var attributes = pthread_attr_t()
    pthread_getattr_np(pthread_self(), &attributes)
    defer { pthread_attr_destroy(&attributes) }
    var start: UnsafeMutableRawPointer?
    var size = 0
    pthread_attr_getstack(&attributes, &start, &size)
    return StackBounds(limit: UInt(bitPattern: start) + min(reserve, UInt(size) / 2))
  }

  private init(limit: UInt) { self.limit = limit }

  /// Whether the frame that asks is close to the end of the stack.
  var isNearlyFull: Bool {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) } < limit
  }
}

/// Runs `body` on a thread with so much stack that recursion in the language ends at its own limit; waits for it.
///
/// The stack is address space only: the system gives it memory when it is touched.
func onBigStack<Result>(_ body: () throws(Diagnostic) -> Result) throws(Diagnostic) -> Result {
  var result: Swift.Result<Result, Diagnostic>?
  withoutActuallyEscaping(body) { body in
    let task = StackTask {
      do throws(Diagnostic) {
        result = .success(try body())
      } catch {
        result = .failure(error)
      }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, bigStackSize)
    var thread = pthread_t()
    let created = pthread_create(
      &thread, &attributes,
      { argument in
        Unmanaged<StackTask>.fromOpaque(argument!).takeUnretainedValue().body()
        return nil
      }, Unmanaged.passUnretained(task).toOpaque())
    // Where so much address space is not to be had, the caller's stack must do: its bounds are watched too.
    if created == 0 { pthread_join(thread, nil) } else { task.body() }
  }
  return try result!.get()
}

private let bigStackSize = 512 << 20

/// A closure on its way to a thread that the caller waits for.
private final class StackTask {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}
