// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Returns the `count` elements that `write` initializes, a range of offsets at a time, or fewer if a stop is requested.
/// The array has room for `capacity` elements.
///
/// The loop inside `write` does not check for a stop, so the compiler can vectorize it.
@inline(__always)
func inPieces<Element>(
  _ count: Int, capacity: Int = 0, _ write: (UnsafeMutablePointer<Element>, Range<Int>) -> Void
) -> [Element] {
  let stop = StopToken.current
  return [Element](unsafeUninitializedCapacity: max(count, capacity)) { buffer, initialized in
    initialized = 0
    guard let elements = buffer.baseAddress else { return }
    while initialized < count, !stop.isRequested {
      let piece = initialized..<min(initialized + elementsPerPiece, count)
      write(elements, piece)
      initialized = piece.upperBound
    }
  }
}

extension [Double] {
  /// Returns the results of a function for every number, or fewer if a stop is requested, with room for `capacity`.
  @inline(__always)
  func mapInPieces<Result>(capacity: Int = 0, _ body: (Double) -> Result) -> [Result] {
    withUnsafeBufferPointer { numbers in
      inPieces(count, capacity: capacity) { results, piece in
        for index in piece { (results + index).initialize(to: body(numbers[index])) }
      }
    }
  }
}

/// The number of elements for which even the slowest function of a number takes only about a millisecond.
private let elementsPerPiece = 1 << 14
