// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Glibc

extension DataSet {
  /// Reads a table of numbers with a header line and one target column: `.csv` with commas or `.tsv` with tabs. Either
  /// may be gzipped.
  ///
  /// A target column of text results in classes, in alphabetical order. A target column of numbers results in numeric
  /// targets, or if `classes` is true, in classes in numeric order. Empty lines at the end are ignored.
  /// - Parameters:
  ///   - divisor: The number by which inputs are divided, such as the largest value of a pixel.
  ///   - maxSize: The maximum number of bytes of text to read, after unpacking.
  ///   - progress: Called periodically with the fraction of the text that has been read.
  public static func csv(
    path: String, target: String, classes: Bool = false, name: String? = nil, divisor: UInt8 = 1,
    maxSize: Int = ContentReader.standardLimit, progress: @escaping (_ share: Double) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    // Unpacking takes about a quarter of the time. Reading a plain file takes hardly any.
    let unpacking = path.hasSuffix(".gz") ? 0.25 : 0
    let bytes = try reading(path) { () throws(FileError) in
      try ContentReader(path) { progress(unpacking * $0) }.readAll(limit: maxSize)
    }
    return try csv(text: bytes, path: path, target: target, classes: classes, name: name, divisor: divisor) {
      progress(unpacking + (1 - unpacking) * $0)
    }
  }

  /// Reads a table from the unpacked text of a file. The extension of the path determines the separator.
  package static func csv(
    text: [UInt8], path: String, target: String, classes: Bool, name: String? = nil, divisor: UInt8 = 1,
    progress: (_ share: Double) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    guard !text.isEmpty else { throw .emptyFile(path: path) }
    try checkText(text, path)
    let stem = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    let isTabbed = stem.hasSuffix(".tsv") || stem.hasSuffix(".tab")
    var table = CSVTable(
      scanner: CSVScanner(path: path, bytes: text, separator: UInt8(ascii: isTabbed ? "\t" : ",")),
      target: target, classes: classes)
    return try table.read(name: name ?? fileName(stem), divisor: divisor, progress: progress)
  }

  private static func fileName(_ path: String) -> String {
    let file = path.split(separator: "/").last ?? "csv"
    return String(file.prefix { $0 != "." })
  }

  private static func checkText(_ bytes: [UInt8], _ path: String) throws(DataError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .notText(path: path, encoding: "UTF-16")
    }
    let hasZero = bytes.withUnsafeBytes { bytes in
      let piece = 1 << 24
      return stride(from: 0, to: bytes.count, by: piece).untilStopped.contains { start in
        memchr(bytes.baseAddress! + start, 0, min(piece, bytes.count - start)) != nil
      }
    }
    if hasZero {
      throw .notText(path: path, encoding: "binary data")
    }
  }
}

/// A table that is being parsed into a data set.
private struct CSVTable {
  var scanner: CSVScanner
  let target: String
  let classes: Bool
  private var header: [String] = []
  private var targetColumn = 0
  private var labels = CSVLabels()
  private var reported = 0
  private let stop = StopToken.current

  init(scanner: CSVScanner, target: String, classes: Bool) {
    self.scanner = scanner
    self.target = target
    self.classes = classes
  }

  mutating func read(name: String, divisor: UInt8, progress: (Double) -> Void) throws(DataError) -> DataSet {
    guard !scanner.isAtEnd else { throw .emptyFile(path: scanner.path) }
    try readHeader()
    guard !scanner.isAtEnd else { throw .noRows(path: scanner.path) }
    // A field takes at least two bytes of text. Numbers are stored as bytes until one of them needs a `Double`.
    let most = (scanner.bytes.count - scanner.position) / 2
    try requireMemory(Double(most) * Double(1 + MemoryLayout<Double>.stride), orThrow: DataError.outOfMemory)
    var inputs = DataValuesBuilder(capacity: most)
    while !scanner.isAtEnd { try readRow(into: &inputs, progress) }
    var names = header
    names.remove(at: targetColumn)
    return DataSet(
      name: name, values: inputs.finish(divisor: divisor), inputNames: names,
      targets: try labels.targets(path: scanner.path, column: target, classes: classes))
  }

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

  private mutating func readHeader() throws(DataError) {
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
    guard let column = header.firstIndex(of: target) else {
      throw .unknownTarget(path: scanner.path, name: target, columns: header)
    }
    guard header.count > 1 else { throw .noColumns(path: scanner.path) }
    targetColumn = column
  }

  private mutating func readRow(
    into inputs: inout DataValuesBuilder, _ progress: (Double) -> Void
  ) throws(DataError) {
    let width = header.count
    var column = 0
    while true {
      let field = try scanner.next()
      try report(progress)
      guard column < width, !field.endsRow || column == width - 1 else { throw try ragged(field, after: column) }
      guard !field.range.isEmpty else {
        throw .missingValue(path: scanner.path, line: field.line, column: header[column])
      }
      if column == targetColumn {
        try labels.append(
          scanner.text(field), number: scanner.number(field), line: field.line, path: scanner.path)
      } else if let number = scanner.number(field) {
        inputs.append(number)
      } else {
        throw .notNumber(
          path: scanner.path, line: field.line, column: header[column], text: try scanner.text(field))
      }
      column += 1
      if field.endsRow { return }
    }
  }

  /// Returns the error for a row whose number of fields differs from the header, after counting the rest of the row.
  private mutating func ragged(_ field: CSVScanner.Field, after column: Int) throws(DataError) -> DataError {
    var (count, endsRow) = (column + 1, field.endsRow)
    while !endsRow {
      endsRow = try scanner.next().endsRow
      try report { _ in }
      count += 1
    }
    return .raggedRow(path: scanner.path, line: field.line, expected: header.count, found: count)
  }
}
