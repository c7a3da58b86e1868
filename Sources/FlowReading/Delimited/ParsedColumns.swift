// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

/// The columns of all blocks.
struct ParsedColumns {
  private let header: HeaderRow
  private var pieces: [RowPiece] = []
  private var rows = 0
  private var kinds: [FieldKinds]
  private var emptyLines = 0
  /// The line of the first row, from 1, or nil if there are no rows.
  private(set) var firstLine: Int?
  /// For each column, whether its fields were kept as they are written in all blocks.
  private let keptText: [Bool]

  init(_ header: HeaderRow, keptText: [Bool]) {
    self.header = header
    self.keptText = keptText
    kinds = [FieldKinds](repeating: [], count: header.names.count)
  }

  /// Appends the next piece.
  mutating func append(_ piece: RowPiece, _ parser: RowParser) throws(DataError) {
    if rows == 0, piece.rows > 0 { firstLine = piece.line }
    if rows > 0, piece.rows > 0 { try parser.checkGap(emptyLines + piece.emptyLinesBefore, line: piece.line) }
    emptyLines = piece.rows > 0 ? piece.emptyLinesAfter : emptyLines + piece.emptyLinesAfter
    rows += piece.rows
    for column in kinds.indices { kinds[column].formUnion(piece.kinds[column]) }
    pieces.append(piece)
  }

  /// For each column, whether it is text.
  var areText: [Bool] { zip(kinds, keptText).map { $0.isText || $1 } }

  /// For each column, whether it is text because of fields without quotes only, which may be meant as numbers.
  var mayBeNumbers: [Bool] { zip(areText, kinds).map { $0 && !$1.contains(.quotedText) } }

  /// A Boolean value that indicates whether the blocks must be parsed again, because some lack a text that is needed.
  var areMisread: Bool { kinds.contains(where: \.isMisread) }

  /// Returns whether the fields of a piece have the types of the columns.
  func accepts(_ piece: RowPiece) -> Bool {
    let areText = areText
    return rows == 0
      || kinds.indices.allSatisfy { areText[$0] || kinds[$0].isEmpty || !piece.kinds[$0].contains(.text) }
  }

  /// Joins the pieces, several columns at a time. What has been copied is freed.
  consuming func content(_ path: String, _ pool: ThreadPool) throws(ReadingError) -> Content {
    let width = kinds.count
    // A cell takes at most sixteen bytes.
    do throws(MemoryRefusal) {
      try requireMemory(Double(rows) * 16 * Double(min(pool.threads, width)))
    } catch {
      throw ReadingError(error)
    }
    let parts = Guarded(pieces.map(\.columns))
    let joined = Guarded([Column?](repeating: nil, count: width))
    pieces = []
    let (names, rows) = (header.names, rows)
    pool.run(width) { column in
      var whole = ColumnBuilder()
      for piece in 0..<parts.withLock({ $0.count }) {
        let part = parts.withLock { parts in
          defer { parts[piece][column] = ColumnBuilder() }
          return parts[piece][column]
        }
        if StopToken.current.isRequested { return }
        if whole.count == 0 {
          whole = part
          whole.reserveCapacity(rows)
        } else {
          whole.append(contentsOf: part)
        }
      }
      let finished = whole.column(names[column])
      joined.withLock { $0[column] = finished }
    }
    try ReadingError.checkStop()
    var columns = joined.withLock { $0.map { $0! } }
    if header.isData, let array = try Self.numbers(columns, rows) { return .array(array) }
    if header.names == ["column_1"], rows == 0 { return .table(Table(columns: [])) }
    if header.isData { columns = columns.enumerated().map { $1.renamed("column_\($0 + 1)") } }
    return .table(Table(columns: columns))
  }

  /// Returns a list or a matrix of the numbers, or nil if some cells are not numbers.
  private static func numbers(_ columns: [Column], _ rows: Int) throws(ReadingError) -> NumberArray? {
    let numbers = columns.compactMap(\.numbers)
    guard numbers.count == columns.count else { return nil }
    if numbers.count == 1 { return NumberArray(numbers[0], shape: [rows]) }
    do throws(MemoryRefusal) {
      try requireMemory(Double(rows) * Double(columns.count) * 8)
    } catch {
      throw ReadingError(error)
    }
    var all: [Double] = []
    all.reserveCapacity(rows * columns.count)
    for row in (0..<rows).untilStopped { for column in numbers { all.append(column[row]) } }
    try ReadingError.checkStop()
    return NumberArray(all, shape: [rows, columns.count])
  }
}
