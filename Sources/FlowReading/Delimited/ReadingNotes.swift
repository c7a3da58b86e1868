// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// Notes on columns that are text although they seem to contain numbers.
struct ReadingNotes {
  let path: String
  /// Columns of text without quotes.
  let texts: [Column]
  let notation: CSVNotation

  /// Returns a note on columns whose numbers have a decimal comma, and one on those whose first row gives their units.
  ///
  /// - Parameter firstLine: The line of the first row in the file.
  func lines(firstLine: Int?) -> [String] {
    var notes: [String] = []
    let withCommas = notation.hasDecimalComma ? [] : texts.filter(\.hasDecimalCommas).map(\.name)
    if !withCommas.isEmpty {
      notes.append(
        "\(Self.list(withCommas)) of \(path) \(withCommas.count == 1 ? "is" : "are") text because of the decimal commas; "
          + "add decimal: \",\" to read numbers")
    }
    let withUnits = texts.filter { $0.isText(onlyInFirstRowFor: notation) }
    if let line = firstLine, !withUnits.isEmpty {
      let units = withUnits.compactMap { $0[0].text.map { "'\($0.shortened)'" } }
      notes.append(
        "\(Self.list(withUnits.map(\.name))) of \(path) \(withUnits.count == 1 ? "is" : "are") text because of "
          + "\(Self.list(units)) in line \(line); if the line gives units, add skip_lines: [\(line)] to leave it out")
    }
    return notes
  }

  private static func list(_ items: [String]) -> String {
    items.prefix(4).map(\.shortened).joined(separator: ", ") + (items.count > 4 ? " and \(items.count - 4) more" : "")
  }
}

extension Column {
  /// Whether all cells that are not missing are numbers with a decimal comma or whole numbers, and not all commas may
  /// separate thousands.
  fileprivate var hasDecimalCommas: Bool {
    let notation = CSVNotation(hasDecimalComma: true)
    var isDecimal = false
    for row in (0..<count).untilStopped {
      guard let text = self[row].text, !MissingText.areMeant(by: text) else { continue }
      guard notation.isNumber(text) else { return false }
      if let comma = text.firstIndex(of: ","), text[comma...].count != 4 { isDecimal = true }
    }
    return isDecimal
  }

  /// Whether the first cell is the only text that is neither a number nor a word for a missing one.
  fileprivate func isText(onlyInFirstRowFor notation: CSVNotation) -> Bool {
    func isOther(_ text: String) -> Bool { !notation.isNumber(text) && !MissingText.areMeant(by: text) }
    guard count > 1, let first = self[0].text, isOther(first), !CSVNotation.isDecimalComma(first) else { return false }
    var hasNumber = false
    for row in (1..<count).untilStopped {
      guard let text = self[row].text else { continue }
      if isOther(text) { return false }
      hasNumber = hasNumber || notation.isNumber(text)
    }
    return hasNumber
  }
}
