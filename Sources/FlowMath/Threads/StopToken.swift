// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization

/// A request to stop, checked by every loop whose length the user chooses.
///
/// Code that sees the request returns early with whatever it has, and its result is then meaningless. A caller that can
/// report an error checks the token again afterwards and discards the result, so numeric code need not throw.
public final class StopToken: @unchecked Sendable {
  @usableFromInline let flag: UnsafeMutablePointer<Int32>

  /// The token of the whole process. It is set by Ctrl-C and when the time limit expires.
  public static let process = StopToken()

  /// The token of the computation that the calling thread works on.
  @TaskLocal public static var current = process

  /// A token that is never set, for work that must not be left half done.
  public static let never = StopToken()

  /// Calls `body` with stops disabled. Use this to assemble and write what a stopped computation keeps.
  public static func shielded<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try $current.withValue(never) { () -> Swift.Result<Result, Failure> in
      do throws(Failure) {
        return .success(try body())
      } catch {
        return .failure(error)
      }
    }.get()
  }

  public init() {
    flag = .allocate(capacity: 1)
    flag.initialize(to: 0)
  }

  deinit { flag.deallocate() }

  /// A Boolean value that indicates whether a stop was requested. Reading it costs a single load, so it can be checked
  /// in hot loops and from any thread.
  @inlinable
  public var isRequested: Bool { atomic.pointee.load(ordering: .relaxed) != 0 }

  /// Requests a stop. Can be called from any thread.
  public func request() { atomic.pointee.store(1, ordering: .relaxed) }

  /// Withdraws the request.
  public func reset() { atomic.pointee.store(0, ordering: .relaxed) }

  /// The word that stores the request, for a signal handler, which sets it to a nonzero value. It is valid as long as
  /// the token exists.
  public var word: UnsafeMutablePointer<Int32> { flag }

  @inlinable
  var atomic: UnsafeMutablePointer<Atomic<Int32>> {
    UnsafeMutableRawPointer(flag).assumingMemoryBound(to: Atomic<Int32>.self)
  }
}

extension Sequence {
  /// The elements up to the point at which a stop is requested.
  ///
  /// The token is checked before every element, because the loop body may be slow. Even in a loop that only adds
  /// numbers, the check takes no measurable time.
  @inlinable
  public var untilStopped: StoppableSequence<Self> { StoppableSequence(base: self) }
}

/// The elements of another sequence up to the point at which a stop is requested. Their number is not known in advance.
public struct StoppableSequence<Base: Sequence>: Sequence {
  @usableFromInline let base: Base

  @inlinable
  init(base: Base) { self.base = base }

  /// Checks the current token before every element.
  public struct Iterator: IteratorProtocol {
    @usableFromInline var base: Base.Iterator
    @usableFromInline let token: StopToken

    @inlinable
    init(_ base: Base.Iterator) {
      self.base = base
      token = .current
    }

    /// Returns the next element, or nil at the end or if a stop is requested.
    @inlinable
    public mutating func next() -> Base.Element? {
      token.isRequested ? nil : base.next()
    }
  }

  @inlinable
  public func makeIterator() -> Iterator { Iterator(base.makeIterator()) }
}

extension StoppableSequence where Base: RandomAccessCollection {
  /// Returns the results of `transform` for the elements before the stop.
  ///
  /// Unlike the standard library's `map`, it reserves memory for all elements of the base collection. It requires
  /// random access, because counting the elements of, for example, a string would take linear time.
  @inlinable
  public func map<Result, Failure: Error>(
    _ transform: (Base.Element) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(base.count)
    for element in self { results.append(try transform(element)) }
    return results
  }
}

extension Sequence {
  /// Returns the elements in the order of `sorted(by:)`, or in their original order if a stop is requested before that.
  @inlinable
  public func sortedUntilStopped(by areInIncreasingOrder: (Element, Element) -> Bool) -> [Element] {
    let token = StopToken.current
    do {
      return try sorted { left, right in
        if token.isRequested { throw Stopped() }
        return areInIncreasingOrder(left, right)
      }
    } catch {
      return Array(self)
    }
  }
}

/// The error that ends a sort from inside its comparison.
@usableFromInline
struct Stopped: Error {
  @usableFromInline init() {}
}
