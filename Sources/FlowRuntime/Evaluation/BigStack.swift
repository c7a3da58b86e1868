// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import Glibc

/// The part of a thread's stack that an evaluator may use.
struct StackBounds {
  /// Below this address, only the room to report an error is left.
  private let limit: UInt

  /// The bytes kept free for builtins, which call the engine and the host.
  private static let reserve = 256 * 1024
  /// The stack size on the main thread, used if no other thread can be created. CSystem reserves it at startup.
  static let smallest = 1 << 20

  /// Creates bounds that begin at the caller's frame and extend downwards, excluding the reserve.
  init(size: Int) { limit = Self.here() - UInt(size - Self.reserve) }

  /// Whether the caller's frame is close to the end of the stack.
  var isNearlyFull: Bool { Self.here() < limit }

  /// Returns an address close to the caller's frame.
  private static func here() -> UInt {
    var marker: UInt8 = 0
    return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
  }
}

/// Runs `body` on a thread whose stack is large enough for the deepest recursion that the language allows, and waits for
/// it.
///
/// The stack only reserves address space. The system provides memory when a page is first touched.
///
/// - Parameter count: The number of such threads that run at the same time.
func onBigStack<Result, Failure: Error>(
  oneOf count: Int = 1, _ body: (StackBounds) throws(Failure) -> Result
) throws(Failure) -> Result {
  var result: Swift.Result<Result, Failure>?
  let stop = StopToken.current
  withoutActuallyEscaping(body) { body in
    func run(_ size: Int) {
      do throws(Failure) {
        result = .success(try body(StackBounds(size: size)))
      } catch {
        result = .failure(error)
      }
    }
    var size = max(affordableStackSize(oneOf: count), 2 * StackBounds.smallest)
    while size >= 2 * StackBounds.smallest {
      let granted = size
      let thread = startThread(stackSize: granted, blocksSignals: false) {
        StopToken.$current.withValue(stop) { run(granted) }
      }
      if let thread {
        pthread_join(thread, nil)
        return
      }
      size /= 2
    }
    run(StackBounds.smallest)
  }
  return try result!.get()
}

private let bigStackSize = 512 << 20

/// Returns the largest stack size at which `count` stacks leave most of a limited address space for data.
private func affordableStackSize(oneOf count: Int) -> Int {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  let share = limit.rlim_cur / rlim_t(max(8, 4 * count))
  let units = min(bigStackSize, Int(clamping: share)) >> 16
  return units << 16
}
