// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// The columns of all blocks parsed so far.
struct ParsedColumns {
  private let header: HeaderRow
  private var pieces: [RowPiece] = []
  private var rows = 0
  /// The number of bytes of the blocks.
  var bytes = 0
  private var kinds: [FieldKinds]
  private var emptyLines = 0
  /// For each column, whether some pieces have values where the text is needed.
  private var isMisread: [Bool]
  /// For each column, whether the fields of further blocks must be kept as they are written.
  private(set) var keepsText: [Bool]

  /// - Parameter keepsText: The columns that are known to be text, or nil if nothing is known.
  init(_ header: HeaderRow, keepsText: [Bool]?) {
    self.header = header
    let width = header.names.count
    kinds = [FieldKinds](repeating: [], count: width)
    isMisread = [Bool](repeating: false, count: width)
    self.keepsText = keepsText ?? isMisread
  }

  /// Appends the next pieces in order.
  mutating func append(_ next: [RowPiece], _ parser: RowParser) throws(DataError) {
    for piece in next {
      if rows > 0, piece.rows > 0 { try parser.checkGap(emptyLines + piece.emptyLinesBefore, line: piece.line) }
      emptyLines = piece.rows > 0 ? piece.emptyLinesAfter : emptyLines + piece.emptyLinesAfter
      rows += piece.rows
      for column in kinds.indices { kinds[column].formUnion(piece.kinds[column]) }
      pieces.append(piece)
    }
    for column in kinds.indices where kinds[column].contains(.text) && !keepsText[column] {
      isMisread[column] = kinds[column].hasValues
      keepsText[column] = true
    }
  }

  /// The usual number of rows per byte, slightly more.
  var rowsPerByte: Double { bytes == 0 ? 0 : 1.02 * Double(rows) / Double(bytes) }

  /// The columns that are text, if the blocks must be parsed again to get it.
  var misread: [Bool]? {
    let columns = kinds.indices.map { keepsText[$0] || kinds[$0].isText }
    return kinds.indices.contains { isMisread[$0] || columns[$0] && !keepsText[$0] } ? columns : nil
  }

  /// Returns whether the fields of a piece have the types of the columns.
  func accepts(_ piece: RowPiece) -> Bool {
    rows == 0
      || kinds.indices.allSatisfy { column in
        !piece.kinds[column].contains(.text) || keepsText[column] || kinds[column].isText || kinds[column].isEmpty
      }
  }

  /// Joins the pieces. Each is freed as soon as it has been copied.
  consuming func content(_ path: String) throws(ReadingError) -> Content {
    var columns: [Column] = []
    columns.reserveCapacity(kinds.count)
    for (index, name) in header.names.enumerated() {
      try ReadingError.checkStop()
      do throws(MemoryRefusal) { try requireMemory(Double(rows) * 16) } catch { throw ReadingError(error) }
      var whole = ColumnBuilder()
      for piece in pieces.indices {
        if whole.count == 0, pieces.count > 1 {
          whole = pieces[piece].columns[index]
          whole.reserveCapacity(rows)
        } else {
          whole.append(contentsOf: pieces[piece].columns[index])
        }
        pieces[piece].columns[index] = ColumnBuilder()
      }
      columns.append(whole.column(name))
    }
    if header.isData, let array = Self.numbers(columns, rows) { return .array(array) }
    if header.names == ["column_1"], rows == 0 { return .table(Table(columns: [])) }
    if header.isData { columns = columns.enumerated().map { $1.renamed("column_\($0 + 1)") } }
    return .table(Table(columns: columns))
  }

  /// Returns a list or a matrix of the numbers, or nil if some cells are not numbers.
  private static func numbers(_ columns: [Column], _ rows: Int) -> NumberArray? {
    let numbers = columns.compactMap(\.numbers)
    guard numbers.count == columns.count else { return nil }
    if numbers.count == 1 { return NumberArray(numbers[0], shape: [rows]) }
    var all: [Double] = []
    all.reserveCapacity(rows * columns.count)
    for row in 0..<rows { for column in numbers { all.append(column[row]) } }
    return NumberArray(all, shape: [rows, columns.count])
  }
}
