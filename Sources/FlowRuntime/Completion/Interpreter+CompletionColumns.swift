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
    if overloads.entries.contains(where: \.readsTable), let path = arguments.first?.value.text {
      return fileColumns(path)
    }
    guard let entry = overloads.entries.last(where: { !$0.columns.isEmpty || $0.seesColumns }) else { return [] }
    // A table verb returns the columns of its table and those that it adds by name.
    guard entry.columns.isEmpty, let first = arguments.first else { return entry.columns.map(\.name) }
    return columns(of: first.value)
      + arguments.compactMap { $0.name?.text }.filter { name in
        !entry.parameters.contains { $0.name == name }
      }
  }

  func isTable(_ source: String) -> Bool? {
    if !columns(of: source).isEmpty { return true }
    guard let value = quietValue(of: source) else { return nil }
    if case .table = value { return true }
    return false
  }

  /// Returns the columns of the file that a call reads, if strings in the current argument name them.
  func fileColumns(for call: Cursor.CallContext?) -> [String] {
    guard let call, let overloads = registry[call.callee], let path = call.first.flatMap(expression)?.text else {
      return []
    }
    let parameters = overloads.entries.flatMap { entry in
      call.argument.map { name in entry.parameters.filter { $0.name == name } }
        ?? (call.position < entry.parameters.count ? [entry.parameters[call.position]] : [])
    }
    return parameters.contains(where: \.namesFileColumns) ? fileColumns(path) : []
  }

  /// Returns the names in the first line of a delimited file. Files in other formats have none.
  private func fileColumns(_ path: String) -> [String] {
    if session.host.isSafe || !FileForm.isDelimited(path) { return [] }
    guard let open = session.host.openForReading, let bytes = try? open(path).next(Self.headerLimit),
      let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first
    else { return [] }
    let separator = ["\t", ";", ","].max { left, right in
      line.count(where: { String($0) == left }) < line.count(where: { String($0) == right })
    }
    return line.split(separator: separator ?? ",").map { $0.trimmingQuotes }
  }

  /// The number of bytes of a file that are searched for its first line.
  private static let headerLimit = 1 << 16
}

extension Expression {
  /// The text of a string without interpolation, or nil.
  fileprivate var text: String? {
    guard case .string(let parts) = kind, parts.count == 1, case .text(let text) = parts[0] else { return nil }
    return text
  }
}

extension Substring {
  fileprivate var trimmingQuotes: String {
    let text = String(self).trimmed
    return text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
  }
}

extension Builtin {
  /// Whether the builtin returns the table in a file.
  fileprivate var readsTable: Bool { parameters.first?.name == "file" && result.contains("table") }

  /// Whether the columns of the table are visible in an argument, or are named by one.
  var seesColumns: Bool {
    (extra.map { $0.masking != .none } ?? false)
      || parameters.contains { $0.masking != .none || $0.type.namesColumns }
  }
}
