// SPDX-License-Identifier: GPL-3.0-or-later

extension RandomStream {
  /// Shuffles a buffer; every order has the same probability (Fisher and Yates). If a stop is requested, the remaining
  /// elements stay in place.
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

  /// Shuffles an array; every order has the same probability.
  @inlinable
  public mutating func shuffle<T>(_ elements: inout [T]) {
    elements.withUnsafeMutableBufferPointer { shuffle($0) }
  }

  /// Returns the numbers 0 ..< count in random order.
  @inlinable
  public mutating func permutation(_ count: Int) -> [Int32] {
    var order = Array(0..<Int32(count))
    shuffle(&order)
    return order
  }
}
