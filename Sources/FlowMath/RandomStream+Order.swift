// SPDX-License-Identifier: GPL-3.0-or-later

/// Random orders.
extension RandomStream {
  /// Puts the elements of a buffer into random order, every order with the same probability (Fisher and Yates). When a
  /// stop is requested the rest stays in its place.
  @inlinable
  public mutating func shuffle<T>(_ elements: UnsafeMutableBufferPointer<T>) {
    var last = elements.count - 1
    let stop = StopToken.current
    while last > 0 {
      if last & 0xFFFF == 0, stop.isRequested { return }
      elements.swapAt(last, below(last + 1))
      last -= 1
    }
  }

  /// Puts the elements of an array into random order, every order with the same probability.
  @inlinable
  public mutating func shuffle<T>(_ elements: inout [T]) {
    elements.withUnsafeMutableBufferPointer { shuffle($0) }
  }

  /// The numbers 0 ..< count in random order.
  @inlinable
  public mutating func permutation(_ count: Int) -> [Int32] {
    var order = Array(0..<Int32(count))
    shuffle(&order)
    return order
  }
}
