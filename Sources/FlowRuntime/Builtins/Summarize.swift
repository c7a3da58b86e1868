// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import FlowText
import OrderedCollections

/// The builtin `summarize`.
package enum Summarize {
  package static let builtins: [Builtin] = [
    Builtin(
      "summarize",
      "Groups the rows of a table and computes one row of summaries per group. summarize(table) alone describes each "
        + "column.", in: .tables,
      [
        TableVerbs.table,
        Parameter(
          "by", .optional(.columnNames), default: "none",
          "the columns to group by; none makes one group of all rows"),
      ],
      extra: Builtin.Extra(
        "column: summary", masking: .groups,
        "a function of the column, a list of functions, or a formula of columns with a single value"),
      gives: "a table", example: "\(TableVerbs.sample) |> summarize(by: b, a: mean, spread: max(a) - min(a))",
      seeAlso: ["mean", "quantile", "sort"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      if call.extras.isEmpty, call.isNone("by") { return .table(try description(of: table, call)) }
      let keys = (call.value("by").elements ?? []).compactMap { if case .string(let name) = $0 { name } else { nil } }
      let groups = try call.attempt(at: "by") { () throws(Complaint) in
        try reporting { () throws(TableError) in try table.grouped(by: keys) }
      }
      guard !groups.isEmpty else { return .table(try empty(call, table, keys)) }
      var records: [Record] = []
      for group in groups.untilStopped {
        let rows = table.gathered(group.rows)
        var record = Record(uniqueKeysWithValues: zip(keys, group.key.map(\.value)))
        for name in call.extras.keys {
          for (column, value) in try summaries(call, name, rows) { record[column] = value }
        }
        records.append(record)
      }
      return .table(Table(records: records))
    }
  ]

  /// Returns a row for each column of a table, with the number of its values and, if they are numbers, their statistics.
  private static func description(of table: Table, _ call: Call) throws(Diagnostic) -> Table {
    var records: [Record] = []
    for column in table.columns {
      var distinct = IdentitySet<Cell>()
      var missing = 0
      for row in (0..<column.count).untilStopped {
        if column[row] == .missing { missing += 1 } else { distinct.insert(column[row]) }
      }
      var record: Record = [
        "column": .string(column.name), "count": .whole(column.count - missing), "missing": .whole(missing),
        "distinct": .whole(distinct.count),
      ]
      for name in ["min", "mean", "max", "std"] {
        guard column.role.isNumeric, let function = call.registry[name] else {
          record[name] = Value.none
          continue
        }
        record[name] = try call.apply(.builtin(function), [.list(column.values)])
      }
      records.append(record)
    }
    return Table(records: records)
  }

  /// Returns the result for an empty table: all columns, without rows. The summaries are evaluated on the empty table to
  /// determine their columns; one that fails still yields a column.
  private static func empty(_ call: Call, _ table: Table, _ keys: [String]) throws(Diagnostic) -> Table {
    var names = keys
    for name in call.extras.keys {
      let columns = (try? summaries(call, name, table))?.map(\.0) ?? [name]
      names += columns.filter { !names.contains($0) }
    }
    return Table(columns: names.map { Column($0, cells: []) })
  }

  /// Returns the summaries of a group for one named argument: one column, or one for each function of a list.
  private static func summaries(_ call: Call, _ name: String, _ rows: Table) throws(Diagnostic) -> [(String, Value)] {
    let result = try call.extra(name, over: rows)
    switch result {
    case .list(let values) where name != "by" && Synonym.of(name, among: ["by"]) == "by" && !values.isEmpty:
      throw call.groupName(name)
    case .function, .builtin: return [(name, try summary(call, name, result, rows))]
    case .list(let functions) where !functions.isEmpty && functions.allSatisfy(\.isFunction):
      var summaries: [(String, Value)] = []
      for (position, function) in zip(1..., functions) {
        let label = function.functionName ?? String(position)
        summaries.append(("\(name)_\(label)", try summary(call, name, function, rows)))
      }
      return summaries
    case .list, .range, .table:
      throw call.error(
        "wrong-type", "'\(name)' of summarize must return one value per group, but this is \(result.kind)", at: name,
        notes: ["for example \(name): mean, or \(name): max(\(name)) - min(\(name))"])
    default: return [(name, result)]
    }
  }

  private static func summary(
    _ call: Call, _ name: String, _ function: Value, _ rows: Table
  ) throws(Diagnostic) -> Value {
    guard let column = rows[column: name] else {
      let function = function.functionName ?? "f"
      throw call.error(
        "unknown-column", "unknown column '\(name)'", at: name,
        label: rows.columnNames.first.map { "name the column: \(function)(\($0))" } ?? "",
        notes: ["columns: \(rows.columnNames.listed)"])
    }
    return try call.apply(function, [.list(column.values)])
  }
}

extension Value {
  fileprivate var isFunction: Bool {
    switch self {
    case .function, .builtin: true
    default: false
    }
  }

  fileprivate var functionName: String? {
    switch self {
    case .function(let function): function.name
    case .builtin(let overloads): overloads.name
    default: nil
    }
  }
}
