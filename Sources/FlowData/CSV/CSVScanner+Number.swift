// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension CSVScanner {
  /// Returns the number in a field, correctly rounded, or nil if the field is not a finite number.
  func number(_ field: Field) -> Double? {
    let number = bytes.withUnsafeBufferPointer { notation.number(UnsafeBufferPointer(rebasing: $0[field.range])) }
    return number.flatMap { $0.isFinite ? $0 : nil }
  }
}
