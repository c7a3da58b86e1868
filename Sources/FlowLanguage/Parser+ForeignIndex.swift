// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of indices in the syntax of Python, R, Matlab and Julia.
extension Parser {
  /// A part of an index, such as `2`, `1:3` or `:`.
  private struct IndexPart {
    /// The code of the same index here.
    let code: String
    /// Whether the part selects everything along its axis.
    var isWhole = false
    var isSlice = false
    /// The name of a column, or nil.
    var column: String?
  }

  /// Returns the error for an index such as `[1:3]`, `[end - 1]`, `[:, 2]` or, with parentheses, `(2:end)`, whose first
  /// part begins at an offset.
  func foreignIndex(of base: Expression, from start: Int, to closing: Symbol = .rightBracket) -> Diagnostic? {
    guard var reader = reader(at: start), let parts = indexParts(&reader, to: closing) else { return nil }
    // The accessors of pandas are not needed.
    let object = source.text(in: base.range).without(suffixes: [".loc", ".iloc"])
    let range = SourceRange(base.range.start, reader.current.range.end)
    if parts.count == 1, parts[0].code == "+1" { return reader.appended(to: object, range) }
    let first = parts[0]
    switch parts.count {
    case 1 where first.code.hasPrefix("reverse"):
      return fault(Habit.code, "a slice has no negative step", range, replacement: "reverse(\(object))")
    case 1 where first.isSlice || first.isWhole:
      return fault(
        Habit.code, "a slice is written with '..'", range, replacement: "\(object)[\(first.code)]",
        notes: ["indices start at 1, and a..b includes b"])
    case 1:
      let message = first.code.hasPrefix("-") ? "the last element has the index -1" : "an index is written in brackets"
      return fault(Habit.code, message, range, replacement: "\(object)[\(first.code)]")
    case 2: return rowAndColumn(first, parts[1], of: object, range)
    default: return nil
    }
  }

  private func rowAndColumn(_ row: IndexPart, _ column: IndexPart, of object: String, _ range: SourceRange)
    -> Diagnostic
  {
    if column.isWhole, let order = row.code.wholeMatch(of: /order\((-?)(?:\w+[$.])?(\w+)\)/) {
      return fault(
        Habit.code, "rows are sorted by a function", range,
        replacement: "sort(\(object), \(order.2)\(order.1.isEmpty ? "" : ", desc: true"))")
    }
    let rows = row.isWhole ? object : "\(object)[\(row.code)]"
    let message = "rows and columns have indices of their own"
    if let name = column.column { return fault(Habit.code, message, range, replacement: "\(rows).\(name)") }
    if column.isWhole {
      return fault(Habit.code, row.isWhole ? message : "an index selects a row", range, replacement: rows)
    }
    if row.isWhole || row.isSlice {
      let code =
        column.isSlice
        ? "map(\(rows), fn(row) = row[\(column.code)])" : "transpose(\(rows))[\(column.code)]"
      return fault(
        Habit.matrixIndexCode, message, range, replacement: code,
        notes: ["x[1] is a row; of a table, t.name is a column"])
    }
    return fault(
      Habit.matrixIndexCode, message, range, replacement: "\(rows)[\(column.code)]",
      notes: column.isSlice ? ["indices start at 1, and a..b includes b"] : [])
  }

  /// Reads the parts up to the closing bracket. Returns nil if this is not an index.
  private func indexParts(_ reader: inout Parser, to closing: Symbol) -> [IndexPart]? {
    var parts: [IndexPart] = []
    repeat {
      let isLast = reader.at(closing) || reader.at(.comma)
      if isLast || reader.foreignSign?.spelling == "!" {
        if !isLast { reader.advance() }
        parts.append(IndexPart(code: "1..-1", isWhole: true))
      } else if parts.first?.isWhole == true, let column = reader.column() {
        parts.append(column)
      } else {
        guard let part = reader.indexPart(to: closing) else { return nil }
        parts.append(part)
      }
    } while reader.take(.comma)
    return reader.at(closing) ? parts : nil
  }

  /// Reads the name of a column, `"a"` or `:a`, or returns nil.
  private mutating func column() -> IndexPart? {
    var reader = self
    if reader.take(.colon), case .name(let name) = reader.current.kind, reader.previousEnd == reader.current.range.start
    {
      reader.advance()
      self = reader
      return IndexPart(code: name, column: name)
    }
    guard let value = try? reader.operand(), case .string(let parts) = value.kind, case .text(let name)? = parts.first,
      parts.count == 1
    else { return nil }
    self = reader
    return IndexPart(code: source.text(in: value.range), column: name)
  }

  private mutating func indexPart(to closing: Symbol) -> IndexPart? {
    let lower = bound(to: closing)
    guard take(.colon) else { return lower.map { IndexPart(code: $0) } }
    var upper = bound(to: closing)
    var step: String?
    let isStepped = take(.colon)
    if isStepped { step = bound(to: closing) }
    if step == "-1", lower == nil, upper == nil { return IndexPart(code: "reverse", isSlice: true) }
    if isStepped, let middle = upper {
      // Python writes the step last, Matlab and Julia write it between the bounds.
      guard closing == .rightParenthesis, lower != nil else { return nil }
      (upper, step) = (step, middle)
    }
    if lower == nil, upper == nil, step == nil { return IndexPart(code: "1..-1", isWhole: true) }
    // Only Python leaves the upper bound out, and it counts from 0.
    let isFromZero = upper == nil && step == nil && closing == .rightBracket
    let from = lower.map { isFromZero ? $0.afterZero : $0 == "0" ? "1" : $0 } ?? "1"
    // Python leaves the upper bound out, which matters for those that count from the end.
    let to = upper.map { tokens[index - 1].kind == .name("end") ? $0 : $0.beforeEnd } ?? "-1"
    return IndexPart(code: "\(from)..\(to)" + (step.map { " step \($0)" } ?? ""), isSlice: true)
  }

  /// Reads one bound of a slice, or returns nil if it is left out.
  private mutating func bound(to closing: Symbol) -> String? {
    guard !at(.colon), !at(.comma), !at(closing), let value = try? expression(1) else { return nil }
    return source.text(in: value.range).asIndex
  }

  /// Returns the error for Matlab's `x(end+1) = 4`, of which the part before the `)` has been read.
  private func appended(to object: String, _ range: SourceRange) -> Diagnostic? {
    var reader = self
    reader.advance()
    guard reader.take(.equals), let value = try? reader.expression() else { return nil }
    return fault(
      Habit.code, "an assignment does not make a list longer", range.union(value.range),
      replacement: "\(object) = append(\(object), \(source.text(in: value.range)))")
  }

  /// Returns the error for `x{1}`, of which `x` has been read.
  func bracedIndex(of base: Expression) -> Diagnostic? {
    guard at(.leftBrace), current.range.start == base.range.end else { return nil }
    var reader = self
    reader.advance()
    guard let position = try? reader.expression(), reader.at(.rightBrace) else { return nil }
    let text = source.text(in: base.range) + "[\(source.text(in: position.range).asIndex)]"
    return fault(
      Habit.code, "an index is written in brackets", SourceRange(base.range.start, reader.current.range.end),
      replacement: text)
  }

  /// Whether `end` stands for the last position here.
  var isAtEndIndex: Bool {
    guard current.kind == .name("end"), !isAssigned("end") else { return false }
    switch ahead(1).kind {
    case .symbol(.rightBracket), .symbol(.rightParenthesis), .symbol(.plus), .symbol(.minus), .symbol(.comma):
      return true
    default: return false
    }
  }

  /// Returns the error for a name with a colon before it, such as Julia's `:a`.
  func symbol() -> Diagnostic? {
    guard at(.colon), case .name(let name) = ahead(1).kind, ahead(1).range.start == current.range.end else {
      return nil
    }
    var reader = self
    reader.index += 2
    if reader.foreignSign?.spelling == "=>" {
      reader.advance()
      guard let value = try? reader.expression() else { return nil }
      return fault(
        Habit.code, "an argument is named with ':'", current.range.union(value.range),
        replacement: "\(name): \(source.text(in: value.range))")
    }
    return fault(
      Habit.code, "a name has no ':' before it", current.range.union(ahead(1).range), replacement: name)
  }

  /// Returns a copy of the parser at the token that begins at an offset.
  func reader(at offset: Int) -> Parser? {
    guard let index = tokens.firstIndex(where: { $0.range.start >= offset }) else { return nil }
    var reader = self
    reader.index = index
    return reader
  }
}

extension String {
  fileprivate func without(suffixes: [String]) -> String {
    suffixes.first(where: hasSuffix).map { String(dropLast($0.count)) } ?? self
  }

  /// A position in Matlab or Julia as an index: `end` is -1, and `end - 1` is -2.
  fileprivate var asIndex: String {
    guard hasPrefix("end") else { return self }
    let rest = dropFirst(3).filter { $0 != " " }
    if rest.isEmpty { return "-1" }
    if rest == "+1" { return "+1" }
    guard rest.hasPrefix("-"), let distance = Int(rest.dropFirst()) else { return self }
    return "-\(distance + 1)"
  }

  /// A position that is counted from 0 as one that is counted from 1.
  fileprivate var afterZero: String {
    if hasPrefix("-") { return self }
    return Int(self).map { "\($0 + 1)" } ?? "\(self) + 1"
  }

  /// A negative upper bound, which other languages exclude, as the last position that is included.
  fileprivate var beforeEnd: String {
    guard hasPrefix("-"), let distance = Int(dropFirst()) else { return self }
    return "-\(distance + 1)"
  }
}
