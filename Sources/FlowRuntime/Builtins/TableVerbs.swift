// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import OrderedCollections

/// Functions for tables, called verbs. Columns are visible by name in arguments with a masking. To add one, add an entry.
package enum TableVerbs {
  package static let builtins: [Builtin] = [
    Builtin(
      "record", "Makes a record of named values, like a row of a table.", in: .tables,
      extra: Builtin.Extra("name: value", .any, "a field"), gives: "a record", example: "record(layer: 1, loss: 0.5)",
      seeAlso: ["table"]
    ) { call throws(Diagnostic) in .record(call.extras) },
    Builtin(
      "table",
      "Makes a table with one row per record. A cell holds a number, a string or a boolean; a list in it becomes text.",
      in: .tables,
      [Parameter("records", .list, "the records; their fields become the columns")], gives: "a table",
      example: "table([record(a: 1, b: \"x\"), record(a: 2, b: \"y\")])", seeAlso: ["record"]
    ) { call throws(Diagnostic) in
      var records: [Record] = []
      for element in call.list("records").untilStopped {
        guard case .record(let record) = element else {
          throw call.error(
            "wrong-type", "table needs records, but this list contains \(element.kind)", at: "records",
            notes: [
              element.elementCount == nil
                ? "summarize(t, n: len(x), by: x) counts the values of a column"
                : "map(\(call.label("records")), fn(r) = record(a: r[1], b: r[2])) makes a record of each list"
            ])
        }
        records.append(record)
      }
      return .table(Table(records: records))
    },
    Builtin(
      "columns", "Lists the names of a table's columns.", in: .tables, [table], gives: "a list of strings",
      example: "columns(\(sample))", seeAlso: ["select"]
    ) { call throws(Diagnostic) in .list(of: call.table("table").columnNames.map(Value.string)) },
    Builtin(
      "where", "Keeps the rows for which a condition on the columns is true.", in: .tables,
      [table, Parameter("condition", .any, masking: .rows, "true or false for each row")],
      gives: "a table", example: "\(sample) |> where(a > 1)", seeAlso: ["select", "sort", "filter"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      try call.requireRowValues("condition", of: table)
      return try call.attempt(at: "condition") { () throws(Complaint) in
        guard let verdicts = call.value("condition").elements else {
          return .table(try call.value("condition").condition() ? table : table.first(0))
        }
        var mask: [Bool] = []
        mask.reserveCapacity(verdicts.count)
        for (row, verdict) in zip(1..., verdicts).untilStopped {
          if case .none = verdict { throw missing(row, call.place(of: "condition").text) }
          mask.append(try verdict.condition())
        }
        return .table(try reporting { () throws(TableError) in try table.filtered(mask) })
      }
    },
    Builtin(
      "select",
      "Selects columns in the order given, then adds new ones computed from the others. An asterisk in a name stands for "
        + "any text: `\"loss_*\"` is every column that begins with loss_.",
      in: .tables, [table, Parameter("column", .columnName, rest: true, "names of columns, or patterns")],
      extra: Builtin.Extra("name: values", masking: .rows, "a new column"),
      gives: "a table", example: "\(sample) |> select(b, twice: 2 * a)", seeAlso: ["with", "where"]
    ) { call throws(Diagnostic) in
      let selected = call.table("table")
      var names: [String] = []
      for (index, value) in call.rest.enumerated() {
        guard case .string(let pattern) = value else { continue }
        let sources = try call.attempt(atRest: index) { () throws(Complaint) in
          try reporting { () throws(TableError) in try selected.sources([pattern]) }
        }
        names += sources.map(\.column)
      }
      let table = try extended(call)
      call.noteColumnRange(of: selected)
      return try call.attempt { () throws(Complaint) in
        .table(try reporting { () throws(TableError) in try table.selecting(names + call.extras.keys) })
      }
    },
    Builtin(
      "with", "Adds or replaces columns of a table.", in: .tables, [table],
      extra: Builtin.Extra("name: values", masking: .rows, "a list with one value per row, or one value for all rows"),
      gives: "a table", example: "\(sample) |> with(ratio: a / max(a))", seeAlso: ["select"]
    ) { call throws(Diagnostic) in .table(try extended(call)) },
    Builtin(
      "sort", "Sorts the rows by a column; nan and missing values come last.", in: .tables,
      [
        table,
        Parameter(
          "column", .any, masking: .rows, "a column, a formula of columns, or a list of these, most significant first"),
        Parameter("desc", .boolean, default: "false", "largest first"),
      ],
      gives: "a table", example: "\(sample) |> sort(a, desc: true)", seeAlso: ["where", "first"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      let keys = try call.attempt(at: "column") { () throws(Complaint) in try sortKeys(call.value("column"), table) }
      return .table(table.gathered(order(of: keys, descending: call.boolean("desc"))))
    },
    Builtin(
      "first", "Takes the first row as a record, or the first few as a table.", in: .tables, [table, count],
      gives: "a record, or a table", example: "first(\(sample))", seeAlso: ["last", "sort"]
    ) { call throws(Diagnostic) in
      guard let count = call.optionalWhole("count") else { return try call.element(of: "table", at: 1) }
      return .table(call.table("table").first(count))
    },
    Builtin(
      "last", "Takes the last row as a record, or the last few as a table.", in: .tables, [table, count],
      gives: "a record, or a table", example: "last(\(sample))", seeAlso: ["first", "sort"]
    ) { call throws(Diagnostic) in
      guard let count = call.optionalWhole("count") else { return try call.element(of: "table", at: -1) }
      return .table(call.table("table").last(count))
    },
    Builtin(
      "concat", "Joins the rows of several tables; columns that a table lacks are filled with missing values.",
      in: .tables, [Parameter("table", .table, rest: true, "the tables")], gives: "a table",
      example: "concat(\(sample), table([record(a: 4)]))", seeAlso: ["with"]
    ) { call throws(Diagnostic) in
      .table(Table.concatenating(call.rest.compactMap { if case .table(let table) = $0 { table } else { nil } }))
    },
  ]

  /// A small table for the examples.
  static let sample = "table([record(a: 1, b: \"x\"), record(a: 3, b: \"y\"), record(a: 2, b: \"x\")])"

  static let table = Parameter("table", .table, "the table")

  private static let count = Parameter(
    "count", .optional(.whole(0...Int.max)), default: "none", "number of rows, as a table; none takes a single row")

  /// Returns the table with the further named arguments added as columns.
  private static func extended(_ call: Call) throws(Diagnostic) -> Table {
    var table = call.table("table")
    for (name, value) in call.extras {
      call.noteSingleValue(name, of: call.table("table"))
      table = try call.attempt(at: name) { () throws(Complaint) in try table.setting(name, to: value) }
    }
    return table
  }

  /// Returns the error about a condition that has no value in a row.
  private static func missing(_ row: Int, _ condition: String) -> Complaint {
    let isName = condition.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    return Complaint(
      "not-a-condition", "the condition is missing in row \(row)", replacement: isName ? "\(condition) == true" : nil,
      notes: isName ? [] : ["a comparison, such as x == true, is false if x is missing"])
  }

  /// Returns the columns to sort by, given one value per row, the name of a column, or a list of these.
  private static func sortKeys(_ value: Value, _ table: Table) throws(Complaint) -> [Column] {
    if case .string(let name) = value {
      if name.hasPrefix("-"), let column = nameCode(String(name.dropFirst())), table[column: column] != nil {
        throw Complaint(
          "unknown-column", "a direction is an argument of its own", replacement: "\(column), desc: true")
      }
      return [try reporting { () throws(TableError) in try table.column(name) }]
    }
    guard let elements = value.elements else {
      throw Complaint("wrong-type", "sort needs a column or a formula of columns, but this is \(value.kind)")
    }
    if elements.count == table.rowCount,
      elements.isFlat || elements.untilStopped.allSatisfy({ $0.elementCount == nil })
    {
      return [elements.column("key")]
    }
    var keys: [Column] = []
    for element in elements.untilStopped {
      if case .number = element {
        throw Complaint(
          "length-mismatch",
          "sort needs \(counted(table.rowCount, "value")), one per row, but there are \(elements.count)")
      }
      keys += try sortKeys(element, table)
    }
    return keys
  }
}
