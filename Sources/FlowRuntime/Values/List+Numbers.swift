// SPDX-License-Identifier: GPL-3.0-or-later

extension List {
  /// Returns a list of the same shape with numbers computed from all numbers of this one, or nil if it is not stored as
  /// numbers or as a matrix.
  func mappingNumbers<Failure: Error>(_ body: ([Double]) throws(Failure) -> [Double]) throws(Failure) -> List? {
    switch storage {
    case .values: nil
    case .numbers(let numbers): List(try body(numbers))
    case .rows(let rows): List(.rows(NumberRows(try body(rows.numbers), columns: rows.columns)))
    }
  }
}
