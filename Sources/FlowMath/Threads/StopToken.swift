// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization

/// A request to stop, which every loop whose length the user chooses checks.
///
/// Code that finds the request returns early, with whatever it has; its result is then meaningless. The caller that can
/// report an error checks the token again afterwards and discards the result, so numeric code needs no way to fail.
public final class StopToken: @unchecked Sendable {
  @usableFromInline let flag: UnsafeMutablePointer<Int32>

  /// The token of the whole process, which Ctrl-C and the end of the allowed time set.
  public static let process = StopToken()

  /// The token of the computation that the calling thread works for.
  @TaskLocal public static var current = process

  /// A token that is never set, for work that must not be left half done.
  public static let never = StopToken()

  /// Calls `body` out of the reach of a stop. This is for putting together what a stopped computation keeps, and for
  /// writing it.
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

  /// Creates a token without a request.
  public init() {
    flag = .allocate(capacity: 1)
    flag.initialize(to: 0)
  }

  deinit { flag.deallocate() }

  /// Whether to stop. Any thread may ask, in a hot loop too: this is one load.
  @inlinable
  public var isRequested: Bool { atomic.pointee.load(ordering: .relaxed) != 0 }

  /// Requests a stop, from any thread.
  public func request() { atomic.pointee.store(1, ordering: .relaxed) }

  /// Withdraws the request.
  public func reset() { atomic.pointee.store(0, ordering: .relaxed) }

  /// The word that holds the request, for a signal handler that sets it to a number other than 0. It lives as long as
  /// the token.
  public var word: UnsafeMutablePointer<Int32> { flag }

  @inlinable
  var atomic: UnsafeMutablePointer<Atomic<Int32>> {
    UnsafeMutableRawPointer(flag).assumingMemoryBound(to: Atomic<Int32>.self)
  }
}

extension Sequence {
  /// The elements up to the moment at which a stop is requested.
  ///
  /// The token is checked before every element, because the caller's work on one may take long. In a loop that only
  /// adds numbers that takes no measurable time.
  @inlinable
  public var untilStopped: StoppableSequence<Self> { StoppableSequence(base: self) }
}

/// The elements of another sequence up to the moment at which a stop is requested, so their number is not known before.
public struct StoppableSequence<Base: Sequence>: Sequence {
  @usableFromInline let base: Base

  @inlinable
  init(base: Base) { self.base = base }

  /// Checks the current token on the way.
  public struct Iterator: IteratorProtocol {
    @usableFromInline var base: Base.Iterator
    @usableFromInline let token: StopToken

    @inlinable
    init(_ base: Base.Iterator) {
      self.base = base
      token = .current
    }

    /// The next element, or nil at the end or when a stop is requested.
    @inlinable
    public mutating func next() -> Base.Element? {
      token.isRequested ? nil : base.next()
    }
  }

  /// Starts at the first element.
  @inlinable
  public func makeIterator() -> Iterator { Iterator(base.makeIterator()) }
}

extension StoppableSequence where Base: RandomAccessCollection {
  /// The results of `transform` for each element that comes before the stop.
  ///
  /// That of the standard library would reserve no memory, because the number of elements is not known before. Where
  /// counting goes from element to element, as in a string, it must not.
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
  /// The elements sorted as `sorted(by:)` sorts them; in any order if a stop is requested on the way.
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

/// Ends a sort from inside its comparison.
@usableFromInline
struct Stopped: Error {
  @usableFromInline init() {}
}
