// SPDX-License-Identifier: GPL-3.0-or-later

extension DataSet {
  /// Reads a table of numbers with a header line and one target column: `.csv` with commas or `.tsv` with tabs, either
  /// of them also gzipped.
  ///
  /// A target column of text makes classes, in alphabetical order. A column of numbers makes numeric targets, or
  /// classes in numeric order where `classes` is true. Empty lines at the end do not count.
  /// - Parameters:
  ///   - divisor: the inputs are divided by it, as pixels by their largest value.
  ///   - goesOn: hears now and then which share of the text is read; false ends the reading with an error.
  public static func csv(
    path: String, target: String, classes: Bool = false, name: String? = nil, divisor: UInt8 = 1,
    goesOn: (_ share: Double) -> Bool = { _ in true }
  ) throws(DataError) -> DataSet {
    let isPacked = path.hasSuffix(".gz")
    // Unpacking takes about a quarter of the time, reading a plain file next to nothing.
    let unpacking = isPacked ? 0.25 : 0
    let bytes = try DataFile.read(path) { goesOn(unpacking * $0) }
    try checkText(bytes, path)
    let stem = isPacked ? String(path.dropLast(3)) : path
    let isTabbed = stem.hasSuffix(".tsv") || stem.hasSuffix(".tab")
    return try bytes.withUnsafeBufferPointer { (buffer) throws(DataError) in
      var table = CSVTable(
        scanner: CSVScanner(path: path, bytes: buffer, separator: UInt8(ascii: isTabbed ? "\t" : ",")),
        target: target, classes: classes)
      return try table.read(name: name ?? fileName(stem), divisor: divisor) {
        goesOn(unpacking + (1 - unpacking) * $0)
      }
    }
  }

  private static func fileName(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? "csv"
    return String(file.prefix { $0 != "." })
  }

  private static func checkText(_ bytes: [UInt8], _ path: String) throws(DataError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .notText(path: path, encoding: "UTF-16")
    }
    if bytes.prefix(4096).contains(0) { throw .notText(path: path, encoding: "binary data") }
  }
}

/// A table on its way from text to a data set.
private struct CSVTable {
  var scanner: CSVScanner
  let target: String
  let classes: Bool
  private var header: [String] = []
  private var targetColumn = 0
  private var labels = CSVLabels()

  init(scanner: CSVScanner, target: String, classes: Bool) {
    self.scanner = scanner
    self.target = target
    self.classes = classes
  }

  mutating func read(name: String, divisor: UInt8, goesOn: (Double) -> Bool) throws(DataError) -> DataSet {
    guard !scanner.isAtEnd else { throw .emptyFile(path: scanner.path) }
    try readHeader()
    guard !scanner.isAtEnd else { throw .noRows(path: scanner.path) }
    // A line of numbers takes at least two bytes a field, which is kept as a byte until one of them needs a `Double`.
    let most = (scanner.bytes.count - scanner.position) / 2
    try DataError.requireMemory(Double(most) * Double(1 + MemoryLayout<Double>.stride))
    var inputs = DataValuesBuilder(capacity: most)
    var heard = 0
    while !scanner.isAtEnd {
      try readRow(into: &inputs)
      guard scanner.position - heard >= Self.stride else { continue }
      heard = scanner.position
      if !goesOn(Double(heard) / Double(scanner.bytes.count)) { throw .stopped(path: scanner.path) }
    }
    var names = header
    names.remove(at: targetColumn)
    return DataSet(
      name: name, values: inputs.finish(divisor: divisor), inputNames: names,
      targets: try labels.targets(path: scanner.path, column: target, classes: classes))
  }

  /// Bytes between two reports; they take some milliseconds.
  private static let stride = 1 << 20

  private mutating func readHeader() throws(DataError) {
    var seen: Set<String> = []
    var endsRow = false
    while !endsRow {
      let field = try scanner.next()
      let name = scanner.text(field)
      endsRow = field.endsRow
      header.append(name)
      guard !name.isEmpty else { throw .unnamedColumn(path: scanner.path, column: header.count) }
      guard seen.insert(name).inserted else { throw .repeatedColumn(path: scanner.path, name: name) }
    }
    guard let column = header.firstIndex(of: target) else {
      throw .unknownTarget(path: scanner.path, name: target, columns: header)
    }
    guard header.count > 1 else { throw .noColumns(path: scanner.path) }
    targetColumn = column
  }

  private mutating func readRow(into inputs: inout DataValuesBuilder) throws(DataError) {
    let width = header.count
    var column = 0
    while true {
      let field = try scanner.next()
      guard column < width, !field.endsRow || column == width - 1 else { throw try ragged(field, after: column) }
      guard !field.range.isEmpty else {
        throw .missingValue(path: scanner.path, line: field.line, column: header[column])
      }
      if column == targetColumn {
        labels.append(scanner.text(field), number: scanner.number(field), line: field.line)
      } else if let number = scanner.number(field) {
        inputs.append(number)
      } else {
        throw .notNumber(
          path: scanner.path, line: field.line, column: header[column], text: scanner.text(field))
      }
      column += 1
      if field.endsRow { return }
    }
  }

  /// The error of a row whose number of fields is not the header's, with the rest of the row counted.
  private mutating func ragged(_ field: CSVScanner.Field, after column: Int) throws(DataError) -> DataError {
    var (count, endsRow) = (column + 1, field.endsRow)
    while !endsRow {
      endsRow = try scanner.next().endsRow
      count += 1
    }
    return .raggedRow(path: scanner.path, line: field.line, expected: header.count, found: count)
  }
}
