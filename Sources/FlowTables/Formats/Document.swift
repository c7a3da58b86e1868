// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A value that can be printed in every format.
public enum Document: Sendable {
  case table(Table)
  /// Named values, in order.
  case record([Field])
  case scalar(Cell)
  /// A list. A list of lists of equal length is printed as a matrix.
  case list([Document])
  indirect case plot(Plot)
  case drawing(any Drawing)
  /// Text that is not data, such as a help page or the source of a network.
  case text(String)

  public struct Field: Sendable {
    public let name: String
    /// The role of the value if it is a single one. If nil, it is inferred from the value.
    public let role: Role?
    public let value: Document

    public init(_ name: String, role: Role? = nil, _ value: Document) {
      self.name = name
      self.role = role
      self.value = value
    }
  }

  public static func numbers(_ values: [Double]) -> Document { .list(values.untilStopped.map { .scalar(.number($0)) }) }

  public static func matrix(_ rows: [[Double]]) -> Document { .list(rows.map(numbers)) }
}

extension Document {
  /// A Boolean value that indicates whether the table format draws the value with characters.
  var isDrawn: Bool {
    switch self {
    case .plot, .drawing: true
    default: false
    }
  }

  /// The cell of a single value, or nil for other documents.
  var cell: Cell? {
    switch self {
    case .scalar(let cell): cell
    case .text(let text): .text(text)
    default: nil
    }
  }

  /// The cells of a list of single values, or nil for other documents.
  var vector: [Cell]? {
    guard case .list(let elements) = self else { return nil }
    var cells: [Cell] = []
    for element in elements.untilStopped {
      guard let cell = element.cell else { return nil }
      cells.append(cell)
    }
    return cells
  }

  /// The rows of a matrix, or nil if the document is not a list of nonempty lists of single values, all equally long.
  var grid: [[Cell]]? {
    guard case .list(let elements) = self, !elements.isEmpty else { return nil }
    var rows: [[Cell]] = []
    for element in elements.untilStopped {
      guard let row = element.vector, !row.isEmpty, row.count == rows.first?.count ?? row.count else { return nil }
      rows.append(row)
    }
    return rows.isEmpty ? nil : rows
  }

  /// Returns the value on one line as in source code, such as `[1, [2, 3]]`, with texts quoted.
  func inlineText(_ number: (Double) -> String) -> String {
    switch self {
    case .scalar(.number(let value)): return number(value)
    case .scalar(.text(let text)), .text(let text): return JSONText.quoted(text)
    case .scalar(.missing): return "none"
    case .scalar(let cell): return cell.exactText
    case .list(let elements):
      var text = "["
      for element in elements.untilStopped {
        if text.utf8.count > 1 { text += ", " }
        text += element.inlineText(number)
      }
      return text + "]"
    case .record(let fields):
      let texts = fields.untilStopped.map { "\($0.name): \($0.value.inlineText(number))" }
      return "record(\(texts.joined(separator: ", ")))"
    case .table(let table): return "table of \(table.rowCount) \(table.rowCount == 1 ? "row" : "rows")"
    case .plot(let plot): return plot.summary
    case .drawing(let drawing): return drawing.summary
    }
  }

  /// The cell that represents the value in a table. Anything but a single value becomes a text of one line.
  var tableCell: Cell { cell ?? .text(inlineText(NumberStyle.shortest)) }
}

extension Table {
  /// Creates a table whose only row contains the fields of a record.
  init(record fields: [Document.Field]) {
    self.init(
      columns: fields.map { field in
        let cell = field.value.tableCell
        return Column(field.name, field.role ?? Role.inferred(from: [cell]), cells: [cell])
      })
  }

  /// Creates a table from the rows of a matrix. The columns are named by their number, from 1.
  init(grid rows: [[Cell]]) {
    self.init(
      columns: rows[0].indices.map { column in Column("\(column + 1)", cells: rows.lazy.map { $0[column] }) })
  }
}
