// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension CSVScanner {
  /// Returns the number in a field, correctly rounded, or nil if the field is not a finite number.
  func number(_ field: Field) -> Double? {
    guard let number = anyNumber(field), number.isFinite else { return nil }
    return number
  }

  /// Returns the number in a field, which may also be infinite or NaN, or nil if the field is not a number.
  package func anyNumber(_ field: Field) -> Double? {
    bytes.withUnsafeBufferPointer { DecimalText.number(UnsafeBufferPointer(rebasing: $0[field.range])) }
  }
}
