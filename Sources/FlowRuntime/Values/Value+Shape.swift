// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Value {
  /// The sizes of nested lists, from the outermost to the innermost. A single value has none.
  ///
  /// Throws if the lists at some level differ in length.
  func shape() throws(Complaint) -> [Int] {
    guard let elements else { return [] }
    if elements.isFlat { return [elements.count] }
    if let rows = elements.rows { return [rows.count, rows.columns] }
    var common: [Int] = []
    for (number, element) in zip(1..., elements).untilStopped {
      let shape = try element.shape()
      if number == 1 { common = shape }
      guard shape == common else {
        throw Complaint(
          "ragged-list",
          "the list is ragged: element 1 is \(elements[0].described(common)), but element \(number) is "
            + element.described(shape))
      }
    }
    return [elements.count] + common
  }

  /// A list by its shape and anything else by its kind.
  private func described(_ shape: [Int]) -> String {
    shape.isEmpty ? kind : "a list of shape \(shape)"
  }

  /// The numbers in lists of one shape, from the first to the last. They are fewer if a stop is requested.
  ///
  /// Throws if an element is not a number. `function` needs the numbers, for the message.
  func flattened(for function: String) throws(Complaint) -> [Double] {
    var numbers: [Double] = []
    try flatten(into: &numbers, for: function)
    return numbers
  }

  private func flatten(into numbers: inout [Double], for function: String) throws(Complaint) {
    if case .number(let number) = self { return numbers.append(number) }
    guard let elements else { throw Complaint("wrong-type", "\(function) needs numbers, but this list has \(kind)") }
    if let more = elements.numbers ?? elements.rows?.numbers {
      numbers += more
      return
    }
    for element in elements.untilStopped { try element.flatten(into: &numbers, for: function) }
  }
}
