// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

extension Evaluator {
  /// Throws if a formula over the columns of a table contains the name of a column as text where only the column makes
  /// sense: in a comparison of two constants, such as `"a" > 2`, or as the only argument of a call, such as `mean("a")`.
  func checkColumnTexts(in formula: Expression?, of table: Table) throws(Diagnostic) {
    guard let formula else { return }
    var found: (text: Expression, part: Expression)?
    SyntaxNode.expression(formula).walk { node in
      guard found == nil, case .expression(let part) = node else { return found == nil }
      let candidates: [Expression] =
        switch part.kind {
        case .binary(let symbol, let left, let right) where symbol.isComparison && left.isConstant && right.isConstant:
          [left, right]
        case .call(_, let arguments) where arguments.count == 1: arguments.map(\.value)
        default: []
        }
      let text = candidates.first { $0.plainText.map { table[column: $0] != nil } ?? false }
      found = text.map { ($0, part) }
      return found == nil
    }
    guard let found, let name = found.text.plainText else { return }
    func code(_ start: Int, _ end: Int) -> String { source.text(in: SourceRange(start, end)) }
    let (text, part) = (found.text.range, found.part.range)
    throw Complaint(
      "text-for-column", "this is text, not the column '\(name)'",
      replacement: nameCode(name).map { code(part.start, text.start) + $0 + code(text.end, part.end) }
    ).at(Place(source, part))
  }

  /// Throws if a formula over the columns of a table tests whether a column equals a text, a number or a boolean although
  /// it contains only values of other types, so that the result is the same in every row.
  func checkComparisons(in formula: Expression?, of table: Table) throws(Diagnostic) {
    guard let formula else { return }
    let columns = formula.columns(of: table)
    var complaint: (Complaint, SourceRange)?
    SyntaxNode.expression(formula).walk { node in
      guard complaint == nil, case .expression(let part) = node,
        case .binary(let symbol, let left, let right) = part.kind, symbol == .equal || symbol == .notEqual
      else { return complaint == nil }
      for (side, other) in [(left, right), (right, left)] {
        guard let column = columns.first(where: { $0.range == side.range }), let cells = table[column: column.name],
          let cell = other.plainText.map(Cell.text) ?? other.literal?.plainCell, cells.neverEquals(cell)
        else { continue }
        let name = source.text(in: side.range)
        let meant = cells.cell(meantBy: cell)?.value.source
        complaint = (
          Complaint(
            "wrong-type",
            "'\(column.name)' contains \(cells.contents), so this is \(symbol == .notEqual) in every row",
            replacement: meant.map { "\(name) \(symbol.rawValue) \($0)" },
            notes: meant == nil ? cells.fewTexts.map { ["the values of '\(column.name)' are \($0)"] } ?? [] : []),
          part.range
        )
        return false
      }
      return true
    }
    if let (complaint, range) = complaint { throw complaint.at(Place(source, range)) }
  }

  /// Notes that a summary consists of a text that is the name of a function, such as "mean".
  func noteFunctionText(_ formula: Expression?, for column: String, of table: Table) {
    guard let name = formula?.plainText, registry[name]?.entries.contains(where: { $0.group == .statistics }) == true,
      let other = table[column: column] == nil ? table.columnNames.last : column, let code = nameCode(other)
    else { return }
    session.host.note("note: \(quoted(name)) is text in every row; the function is written \(name)(\(code))")
  }

  /// Notes that a new column consists of a text that is also the name of a column.
  func noteColumnText(_ formula: Expression?, of table: Table) {
    guard let name = formula?.plainText, table[column: name] != nil, let code = nameCode(name) else { return }
    session.host.note("note: \(quoted(name)) is text in every row; the column is written \(code)")
  }
}

extension Expression {
  fileprivate var isConstant: Bool {
    switch kind {
    case .string, .number, .boolean, .none: true
    case .unary(.subtract, let operand): operand.isConstant
    default: false
    }
  }
}

extension Value {
  /// The cell with a number or a boolean.
  fileprivate var plainCell: Cell? {
    switch self {
    case .number, .boolean: cell
    default: nil
    }
  }
}

/// The comparison of a column with a value of another type.
extension Column {
  /// Whether the column has values, but none of the type of a cell.
  fileprivate func neverEquals(_ cell: Cell) -> Bool {
    if numbers != nil { return count > 0 && cell.number == nil }
    var hasValues = false
    for row in (0..<count).untilStopped {
      switch (self[row], cell) {
      case (.number, .number), (.text, .text), (.boolean, .boolean): return false
      case (.missing, _): break
      default: hasValues = true
      }
    }
    return hasValues
  }

  /// The type of the values in words.
  fileprivate var contents: String {
    let first = (0..<count).untilStopped.lazy.map { self[$0] }.first { $0 != .missing }
    return switch first {
    case .number: "numbers"
    case .boolean: "booleans"
    default: "text"
    }
  }

  /// The distinct texts, or nil if there are many or long ones.
  private var distinctTexts: [String]? {
    var texts: Set<String> = []
    for row in (0..<count).untilStopped {
      guard let text = self[row].text else { continue }
      texts.insert(text)
      if texts.count > 6 || text.utf8.count > 80 { return nil }
    }
    return texts.sorted()
  }

  /// The texts in code if they are few.
  fileprivate var fewTexts: String? { distinctTexts?.map { quoted($0) }.joined(separator: ", ") }

  /// Returns the value of the column that is most likely meant by one of another type, or nil.
  fileprivate func cell(meantBy cell: Cell) -> Cell? {
    switch (cell, contents) {
    case (.text(let text), "numbers"): Double(text).flatMap { $0.isFinite ? .number($0) : nil }
    case (.text(let text), "booleans"): Self.truth(text).map(Cell.boolean)
    case (.number(let number), "booleans"): number == 0 ? .boolean(false) : number == 1 ? .boolean(true) : nil
    case (.boolean(let truth), "numbers"): .number(truth ? 1 : 0)
    case (.boolean(let truth), _): distinctTexts?.first { Self.truth($0) == truth }.map(Cell.text)
    case (.number(let number), _): distinctTexts?.first { Double($0) == number }.map(Cell.text)
    default: nil
    }
  }

  /// Returns whether a text means true or false, or nil if it means neither.
  private static func truth(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "yes", "y", "true", "t", "1", "on": true
    case "no", "n", "false", "f", "0", "off": false
    default: nil
    }
  }
}
