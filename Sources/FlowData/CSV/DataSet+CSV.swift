// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension DataSet {
  /// Reads a table of numbers with a header line and one target column, whose texts become classes, in alphabetical
  /// order. If `classes` is true, numbers become classes too, in numeric order. See the other overload.
  ///
  /// - Parameter divisor: The number by which inputs are divided, such as the largest value of a pixel.
  public static func csv(
    path: String, target: String, classes: Bool = false, name: String? = nil, divisor: UInt8 = 1,
    maxSize: Int = ContentReader.standardLimit, progress: @escaping (_ share: Double) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    try csv(
      path: path, DataLayout(targets: [target], classes: classes ? .distinct : .automatic), name: name,
      divisor: divisor, maxSize: maxSize, progress: progress)
  }

  /// Reads a table with a header line from a text file, which may be gzipped. Empty lines at the end are ignored.
  ///
  /// - Parameters:
  ///   - separator: The character between fields, or nil to derive it from the extension and the header. A blank stands
  ///     for one or more blanks.
  ///   - divisor: The number by which inputs are divided, such as the largest value of a pixel.
  ///   - maxSize: The maximum number of bytes of text to read, after unpacking.
  ///   - progress: Called periodically with the fraction of the text that has been read.
  public static func csv(
    path: String, _ layout: DataLayout, separator: UInt8? = nil, name: String? = nil, divisor: UInt8 = 1,
    maxSize: Int = ContentReader.standardLimit, progress: @escaping (_ share: Double) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    // Unpacking takes about a quarter of the time. Reading a plain file takes hardly any.
    let unpacking = path.hasSuffix(".gz") ? 0.25 : 0
    let bytes = try reading(path) { () throws(FileError) in
      try ContentReader(path) { progress(unpacking * $0) }.readAll(limit: maxSize)
    }
    return try csv(
      text: bytes, path: path, layout, separator: separator, name: name, divisor: divisor,
      progress: { progress(unpacking + (1 - unpacking) * $0) })
  }

  /// Reads a table from the unpacked text of a file. `note` is called with what the user should know about it.
  package static func csv(
    text: [UInt8], path: String, _ layout: DataLayout, separator: UInt8? = nil,
    notation: CSVNotation = CSVNotation(), name: String? = nil, divisor: UInt8 = 1,
    note: (String) -> Void = { _ in }, progress: (_ share: Double) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    guard !text.isEmpty else { throw .emptyFile(path: path) }
    try CSVScanner.checkText(text, path)
    let stem = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    let isTabbed = stem.hasSuffix(".tsv") || stem.hasSuffix(".tab")
    let lines = notation.withoutLines(text)
    let separator = separator ?? CSVScanner.separator(of: lines, isTabbed: isTabbed, notation)
    let scanner = CSVScanner(path: path, bytes: lines, separator: separator, notation: notation)
    var table = CSVTable(scanner: scanner, layout: layout)
    return try table.read(name: name ?? fileName(stem), divisor: divisor, note: note, progress: progress)
  }

  private static func fileName(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? "csv"
    return String(file.prefix { $0 != "." })
  }
}

/// A table that is being parsed into a data set.
private struct CSVTable {
  var scanner: CSVScanner
  let layout: DataLayout
  private var reported = 0
  /// The line of the header if it looks like a comment.
  private var headerComment: Int?
  private let stop = StopToken.current

  init(scanner: CSVScanner, layout: DataLayout) {
    self.scanner = scanner
    self.layout = layout
  }

  mutating func read(
    name: String, divisor: UInt8, note: (String) -> Void, progress: (Double) -> Void
  ) throws(DataError) -> DataSet {
    guard !scanner.isAtEnd else { throw .emptyFile(path: scanner.path) }
    try scanner.skipEmptyLines()
    let header = try readHeader()
    try skipEmptyLine()
    // A field takes at least two bytes of text. Numbers are stored as bytes until one of them needs a `Double`.
    let most = (scanner.bytes.count - scanner.position) / 2
    try requireMemory(Double(most) * Double(1 + MemoryLayout<Double>.stride), orThrow: DataError.outOfMemory)
    var assembler: TableAssembler
    do throws(DataError) {
      assembler = try TableAssembler(path: scanner.path, names: header, layout: layout, capacity: most)
    } catch {
      // A column may be named #, but hardly one of several whose names begin with # and a blank.
      let isComment = header.count == 1 || scanner.separator == .space || header[0].hasPrefix("# ")
      if isComment, let line = headerComment { throw .comment(path: scanner.path, line: line) }
      throw error
    }
    while !scanner.isAtEnd {
      let isFirst = assembler.rows == 0
      do throws(DataError) {
        try readRow(into: &assembler, progress)
      } catch {
        throw isFirst ? corrected(error, header) : error
      }
      try skipEmptyLine()
    }
    return try assembler.finish(name: name, divisor: divisor, note: note)
  }

  /// Skips an empty line between rows. Throws if there are two, because then another table may follow.
  private mutating func skipEmptyLine() throws(DataError) {
    if scanner.notation.leavesOutLines { return try scanner.skipEmptyLines() }
    guard !scanner.isAtEnd, scanner.skipEmptyLine(), scanner.isAtEmptyLine else { return }
    throw .secondTable(path: scanner.path, line: scanner.line)
  }

  /// Returns the error about the first row, which is one about units if the next value of the column is a number.
  private func corrected(_ fault: DataError, _ header: [String]) -> DataError {
    guard case .notNumber(_, let line, let name, let text) = fault else { return fault }
    var rest = scanner
    do {
      while rest.line <= line { _ = try rest.next() }
      for _ in 0..<Self.searchedRows where !rest.isAtEnd {
        var field = try rest.next()
        while field.column <= header.firstIndex(of: name) ?? 0, !field.endsRow { field = try rest.next() }
        let value = try rest.text(field)
        if !MissingValues.areMeant(by: value) {
          return try rest.number(field) == nil && !CSVNotation.isDecimalComma(value)
            ? fault : .strayText(path: scanner.path, line: line, column: name, text: text, isFirst: true)
        }
        while !field.endsRow { field = try rest.next() }
      }
      return fault
    } catch {
      return fault
    }
  }

  /// The number of rows in which a value is looked for.
  private static let searchedRows = 100

  /// The number of bytes between two reports. Parsing them takes a few milliseconds.
  private static let stride = 1 << 20

  /// Reports the progress, and throws if a stop is requested. Called after every field, because a row can be as long as
  /// the file.
  @inline(__always)
  private mutating func report(_ progress: (Double) -> Void) throws(DataError) {
    guard scanner.position - reported >= Self.stride else { return }
    reported = scanner.position
    if stop.isRequested { throw .file(path: scanner.path, .stopped) }
    progress(Double(reported) / Double(scanner.bytes.count))
  }

  private mutating func readHeader() throws(DataError) -> [String] {
    if scanner.isAtComment { headerComment = scanner.line }
    var header: [String] = []
    var seen: Set<String> = []
    var endsRow = false
    while !endsRow {
      let field = try scanner.next()
      try report { _ in }
      let name = try scanner.text(field)
      endsRow = field.endsRow
      header.append(name)
      guard !name.isEmpty else { throw .unnamedColumn(path: scanner.path, column: header.count) }
      guard seen.insert(name).inserted else { throw .repeatedColumn(path: scanner.path, name: name) }
    }
    return header
  }

  private mutating func readRow(
    into assembler: inout TableAssembler, _ progress: (Double) -> Void
  ) throws(DataError) {
    let width = assembler.names.count
    let comment = headerComment ?? (scanner.isAtComment ? scanner.line : nil)
    var column = 0
    while true {
      let field = try scanner.next()
      try report(progress)
      guard column < width, !field.endsRow || column == width - 1 else {
        if let comment { throw .comment(path: scanner.path, line: comment) }
        throw try ragged(field, after: column, width: width)
      }
      switch assembler.uses[column] {
      case .input:
        if let number = scanner.number(field) {
          assembler.append(number)
        } else {
          try assembler.appendUnreadable(scanner.text(field), column: column, line: field.line)
        }
      case .oneHot, .target:
        try assembler.append(
          scanner.text(field), number: scanner.number(field), column: column, line: field.line)
      case .dropped: break
      }
      column += 1
      if field.endsRow { return try assembler.endRow() }
    }
  }

  /// Returns the error for a row whose number of fields differs from the header, after counting the rest of the row.
  private mutating func ragged(
    _ field: CSVScanner.Field, after column: Int, width: Int
  ) throws(DataError) -> DataError {
    var (count, endsRow) = (column + 1, field.endsRow)
    while !endsRow {
      endsRow = try scanner.next().endsRow
      try report { _ in }
      count += 1
    }
    return .raggedRow(path: scanner.path, line: field.line, expected: width, found: count)
  }
}
