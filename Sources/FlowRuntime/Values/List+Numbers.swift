// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension List {
  /// The numbers among the elements. They are fewer if a stop is requested.
  package var presentNumbers: [Double] {
    if let numbers { return numbers }
    var present: [Double] = []
    present.reserveCapacity(count)
    for element in values.untilStopped { if let number = element.number { present.append(number) } }
    return present
  }

  /// Whether every element is a number or missing.
  var isNumeric: Bool {
    switch storage {
    case .numbers, .row: true
    case .rows(let rows): rows.isEmpty
    case .values(let values):
      values.allSatisfy { element in
        switch element {
        case .number, .none: true
        default: false
        }
      }
    }
  }

  /// The elements, with nil for anything but a number. They are fewer if a stop is requested.
  package var optionalNumbers: [Double?] {
    if let numbers { return numbers.mapInPieces { $0 } }
    return untilStopped.map(\.number)
  }

  /// Returns a list of the same shape with numbers computed from all numbers of this one, or nil if it is not stored as
  /// numbers or as a matrix.
  func mappingNumbers<Failure: Error>(_ body: ([Double]) throws(Failure) -> [Double]) throws(Failure) -> List? {
    if let numbers { return List(try body(numbers)) }
    guard let rows else { return nil }
    return List(.rows(NumberRows(try body(rows.numbers), columns: rows.columns)))
  }
}

extension Value {
  /// The number, or nil for any other value.
  var number: Double? { if case .number(let number) = self { number } else { nil } }
}
