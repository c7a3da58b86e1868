// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension Interpreter {
  /// Returns the columns of a table, given the source of a name or of a chain of builtins.
  func columns(of source: String?) -> [String] { source.flatMap(expression).map(columns) ?? [] }

  private func columns(of expression: Expression) -> [String] {
    if case .table(let table)? = quietValue(of: expression) { return table.columnNames }
    guard case .call(let callee, let arguments) = expression.kind, case .name(let name) = callee.kind else { return [] }
    if case .function(let function)? = quietValue(of: callee) {
      // Only a function whose body is a single expression has a result that is known here.
      guard case .return(let result?)? = function.literal.body.first?.kind else { return [] }
      return columns(of: result)
    }
    guard let overloads = registry[name] else { return [] }
    if overloads.entries.contains(where: \.readsTable), let path = arguments.first?.value.plainText {
      return fileColumns(path)
    }
    guard let entry = overloads.entries.last(where: \.hasKnownColumns) else { return [] }
    // A table verb returns the columns of its table and those that it adds by name.
    guard entry.columns.isEmpty, let first = arguments.first else { return entry.columns.map(\.name) }
    return columns(of: first.value)
      + arguments.compactMap { $0.name?.text }.filter { name in
        !entry.parameters.contains { $0.name == name }
      }
  }

  /// Returns the texts that are indices of a record or a table, given the source of an expression.
  func textIndices(of source: String) -> [String] {
    if case .record(let record)? = quietValue(of: source) { return Array(record.keys) }
    return columns(of: source)
  }

  /// Returns the columns of the file that a call reads.
  func fileColumns(for call: Cursor.CallContext) -> [String] {
    call.first.flatMap(expression)?.plainText.map(fileColumns) ?? []
  }

  /// Returns the names in the first row of a delimited file. Files in other formats have none.
  private func fileColumns(_ path: String) -> [String] {
    if session.host.isSafe || !FileForm.isDelimited(path) { return [] }
    guard let open = session.host.openForReading, let bytes = try? open(path).next(Self.headerLimit) else { return [] }
    return headerNames(in: String(decoding: bytes, as: UTF8.self), isTabbed: FileForm.extension(of: path) == "tsv")
  }

  /// The number of bytes of a file that are searched for its first row.
  private static let headerLimit = 1 << 16
}

extension Builtin {
  /// Whether the builtin returns the table in a file.
  fileprivate var readsTable: Bool { parameters.first?.isPath == true && result.contains("table") }

  /// Whether the columns of the returned table are known, or follow from those of the table in the first argument.
  fileprivate var hasKnownColumns: Bool {
    !columns.isEmpty || (seesColumns && (result.hasPrefix("a table") || result.hasSuffix("or a table")))
  }

  /// Whether the columns of the table are visible in an argument, or are named by one.
  private var seesColumns: Bool {
    (extra.map { $0.masking != .none } ?? false)
      || parameters.contains { $0.masking != .none || $0.type.namesColumns }
  }
}

extension Interpreter {
  /// Returns the texts of the column that is compared at the end of a line, such as `where(t, city == `, in quotes, or
  /// nothing if the column has many texts.
  func comparedTexts(in line: String, _ call: Cursor.CallContext?) -> [String] {
    guard let name = comparedName(in: line), case .table(let table)? = call?.first.flatMap(quietValue),
      let column = table[column: name], !column.role.isNumeric
    else { return [] }
    var texts: Set<String> = []
    for row in 0..<min(column.count, Self.mostComparedRows) {
      if case .text(let text) = column[row] { texts.insert(text) }
      if texts.count > 30 { return [] }
    }
    return texts.sorted().map(\.sourceInQuotes)
  }

  /// The number of rows in which texts are looked for.
  private static let mostComparedRows = 10_000

  /// Returns the name, perhaps in backquotes, that is compared at the end of a line, after which a string may begin.
  private func comparedName(in line: String) -> String? {
    var rest = line[...]
    if let quote = rest.lastIndex(of: "\""), !rest[..<quote].hasSuffix("\\") { rest = rest[..<quote] }
    rest = rest.trimmedEnd
    guard rest.hasSuffix("==") || rest.hasSuffix("!=") else { return nil }
    rest = rest.dropLast(2).trimmedEnd
    if rest.last == "`" {
      let start = rest.dropLast().lastIndex(of: "`")
      return start.map { String(rest[$0...].dropFirst().dropLast()) }
    }
    let name = rest.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return name.isEmpty ? nil : String(name.reversed())
  }
}

extension Substring {
  fileprivate var trimmedEnd: Substring {
    var result = self
    while result.last?.isWhitespace == true { result.removeLast() }
    return result
  }
}
