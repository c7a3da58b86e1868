// SPDX-License-Identifier: GPL-3.0-or-later

/// Corrections of SQL.
extension Parser {
  /// Returns the error for `SELECT a FROM t WHERE a > 1`, which begins here and may continue on the next lines.
  func query() -> Diagnostic? {
    guard case .name(let word) = current.kind, word.lowercased() == "select", ahead(1).range.start > current.range.end,
      ahead(1).kind != .symbol(.equals)
    else { return nil }
    let start = current.range.start
    var (number, line) = source.line(holding: start)
    while number < source.lineCount, Query.continues(source.lineText(number + 1)) {
      number += 1
      line = source.line(number: number)
    }
    let text = source.text(in: SourceRange(start, line.end))
    guard let query = Query(text) else { return nil }
    let range = SourceRange(start, start + query.length)
    let message = "tables are not queried with SQL"
    guard let code = query.code else {
      return fault(
        Habit.code, message, range, label: "write where(\(query.table), a > 1) |> select(a, b)",
        notes: ["groups are summarize(\(query.table), m: mean(a), by: b), and join(a, b) joins two tables"])
    }
    return fault(Habit.code, message, range, replacement: code)
  }

  /// Returns the error for `CASE WHEN c THEN a ELSE b END`, perhaps with an assignment before it.
  func caseExpression() -> Diagnostic? {
    var reader = self
    var target = ""
    if case .name(let name) = current.kind, ahead(1).kind == .symbol(.equals) {
      target = "\(name) = "
      reader.index += 2
    }
    guard reader.takeWord("case") else { return nil }
    var branches: [String] = []
    while reader.takeWord("when") {
      guard let condition = try? reader.expression(), reader.takeWord("then"), let value = try? reader.expression()
      else { return nil }
      branches.append("if \(text(condition)) { \(target)\(text(value)) }")
    }
    if reader.take(.else) || reader.takeWord("else") {
      guard let value = try? reader.expression() else { return nil }
      branches.append("{ \(target)\(text(value)) }")
    }
    guard branches.count > 1 || branches.first?.hasPrefix("if") == true, reader.takeWord("end") else { return nil }
    return fault(
      Habit.code, "there is no 'case'", SourceRange(current.range.start, reader.previousEnd),
      replacement: branches.joined(separator: " else "))
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard case .name(let name) = current.kind, name.lowercased() == word else { return false }
    advance()
    return true
  }

  private func text(_ expression: Expression) -> String { source.text(in: expression.range) }
}

/// A query in SQL, split into clauses.
private struct Query {
  let table: String
  /// The number of bytes of the query, without what follows it.
  let length: Int
  private var clauses: [String: [String]] = [:]

  private static let keywords: Set<String> = ["select", "distinct", "from", "where", "group", "order", "limit"]
  /// Words of clauses that have no counterpart of the same form.
  private static let others: Set<String> = [
    "join", "having", "union", "in", "like", "between", "case", "offset", "exists", "over",
  ]

  /// Whether a line begins with a clause.
  static func continues(_ line: String) -> Bool {
    let word = line.drop { $0 == " " || $0 == "\t" }.prefix { $0.isLetter }
    return keywords.contains(word.lowercased()) && word.lowercased() != "select"
  }

  /// Reads a query. Returns nil for other text, such as a call of `select`.
  init?(_ text: String) {
    let end = text.firstIndex { $0 == ";" || $0 == "#" } ?? text.endIndex
    let query = text[..<end].reversed().drop { $0.isWhitespace }.reversed()
    length = String(query).utf8.count
    var clause = ""
    for word in Self.words(String(query)) {
      let key = word.lowercased()
      if Self.keywords.contains(key) {
        clause = key
        clauses[clause] = []
      } else {
        clauses[clause, default: []].append(word)
      }
    }
    guard let table = clauses["from"]?.first, table.first?.isLetter == true else { return nil }
    self.table = table
  }

  /// Returns the words, numbers, strings and signs of a text. Strings are in double quotes. Names in backquotes are words.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var rest = text[...]
    func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber || "_.".contains(character) }
    while let first = rest.first {
      var word: Substring
      if first.isWhitespace {
        rest.removeFirst()
        continue
      } else if first == "'" || first == "\"" {
        word = rest.prefix(1) + rest.dropFirst().prefix { $0 != first }
        words.append("\"\(word.dropFirst())\"")
        rest = rest.dropFirst(word.count + 1)
        continue
      } else if first == "`" {
        word = rest.prefix(1) + rest.dropFirst().prefix { $0 != first }
        word += rest.dropFirst(word.count).prefix(1)
      } else if isWord(first) {
        word = rest.prefix(while: isWord)
      } else {
        word = rest.prefix { "<>=!".contains($0) }
        if word.isEmpty { word = rest.prefix(1) }
      }
      words.append(String(word))
      rest = rest.dropFirst(word.count)
    }
    return words
  }

  /// The same query as a pipe, or nil if it has clauses without a counterpart.
  var code: String? {
    if clauses.values.joined().contains(where: { Self.others.contains($0.lowercased()) }) { return nil }
    guard clauses["from"]?.count == 1, let columns = clauses["distinct"] ?? clauses["select"] else { return nil }
    let isDistinct = clauses["distinct"] != nil
    var steps = [table]
    if let condition = clauses["where"] { steps.append("where(\(Self.condition(condition)))") }
    let items = columns.split(separator: ",").map(Array.init)
    if isDistinct, clauses.keys.sorted() == ["distinct", "from", "select"], items.count == 1, items[0].count == 1 {
      return "unique(\(table).\(items[0][0]))"
    }
    let group = clauses["group"].map { Array($0.dropFirst()) }
    let aggregates = items.compactMap { Self.aggregate($0, group?.first) }
    if group == nil, items.count == 1, aggregates.count == 1, aggregates[0].isRowCount {
      return steps.count == 1 ? "len(\(table))" : "\(steps.joined(separator: " |> ")) |> len()"
    }
    if !aggregates.isEmpty {
      guard !isDistinct, items.count - aggregates.count == group?.split(separator: ",").count ?? 0 else { return nil }
      let by = group.map { ", by: \($0.count == 1 ? $0[0] : "[\($0.filter { $0 != "," }.joined(separator: ", "))]")" }
      steps.append("summarize(\(aggregates.map(\.code).joined(separator: ", "))\(by ?? ""))")
    }
    if let order = clauses["order"]?.dropFirst() {
      guard let column = order.first, order.count <= 2, Self.isColumn(column) else { return nil }
      let isDescending = order.dropFirst().first?.lowercased() == "desc"
      steps.append("sort(\(column)\(isDescending ? ", desc: true" : ""))")
    }
    if aggregates.isEmpty, columns != ["*"] {
      guard !isDistinct, group == nil, items.allSatisfy({ $0.count == 1 && Self.isColumn($0[0]) }) else { return nil }
      steps.append("select(\(items.joined().joined(separator: ", ")))")
    }
    if let limit = clauses["limit"] {
      guard limit.count == 1 else { return nil }
      steps.append("first(\(limit[0]))")
    }
    return steps.joined(separator: " |> ")
  }

  /// Whether a word is the name of a column.
  private static func isColumn(_ word: String) -> Bool { isName(word) || word.hasPrefix("`") }

  private static let functions = ["avg": "mean", "sum": "sum", "min": "min", "max": "max", "count": "len"]

  /// Returns a column that is computed from groups, such as `avg(a) AS m`, or nil.
  private static func aggregate(_ item: [String], _ group: String?) -> (code: String, isRowCount: Bool)? {
    guard item.count >= 4, let function = functions[item[0].lowercased()], item[1] == "(", item[3] == ")" else {
      return nil
    }
    let isStar = item[2] == "*"
    let name = nameCode("\(item[0].lowercased())_\(item[2].filter { $0 != "`" })") ?? "value"
    let alias = item.count > 4 ? item[item.count - 1] : isStar ? "n" : name
    return ("\(alias): \(function)(\(isStar ? group ?? "a" : item[2]))", isStar)
  }

  private static func condition(_ words: [String]) -> String {
    var code: [String] = []
    for word in words {
      switch word.lowercased() {
      case "=": code.append("==")
      case "<>": code.append("!=")
      case "and", "or", "true", "false": code.append(word.lowercased())
      case "null": code.append("none")
      case "is": code.append("==")
      case "not" where code.last == "==": code[code.count - 1] = "!="
      case "not": code.append("not")
      default: code.append(word)
      }
    }
    return code.joined(separator: " ").replacing("( ", with: "(").replacing(" )", with: ")")
  }
}
