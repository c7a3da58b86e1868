// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension RandomStream {
  /// Returns one of the elements.
  mutating func pick<T>(_ elements: [T]) -> T {
    elements[min(Int(uniform() * Double(elements.count)), elements.count - 1)]
  }

  mutating func pick(_ range: ClosedRange<Int>) -> Int { pick(Array(range)) }

  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }
}
