// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import OrderedCollections

/// The verbs of tables. Arguments marked as masked see the columns as names. To add a verb, add an entry.
package enum TableVerbs {
  package static let builtins: [Builtin] = [
    Builtin(
      "record", "Named values in one: what a row of a table is.", in: .tables,
      extra: Builtin.Extra("name: value", .any, "a field"), gives: "a record", example: "record(layer: 1, loss: 0.5)",
      seeAlso: ["table"]
    ) { call throws(Diagnostic) in .record(call.extras) },
    Builtin(
      "table", "A table with a row per record.", in: .tables,
      [Parameter("records", .list, "the records; their fields are the columns")], gives: "a table",
      example: "table([record(a: 1, b: \"x\"), record(a: 2, b: \"y\")])", seeAlso: ["record"]
    ) { call throws(Diagnostic) in
      var records: [Record] = []
      for element in call.list("records").untilStopped {
        guard case .record(let record) = element else {
          throw call.error("wrong-type", "table needs records, but this list has \(element.kind)", at: "records")
        }
        records.append(record)
      }
      return .table(Table(records: records))
    },
    Builtin(
      "columns", "The names of a table's columns.", in: .tables, [table], gives: "a list of strings",
      example: "columns(\(sample))", seeAlso: ["select"]
    ) { call throws(Diagnostic) in .list(of: call.table("table").columnNames.map(Value.string)) },
    Builtin(
      "where", "The rows for which a condition on the columns is true.", in: .tables,
      [table, Parameter("condition", .any, masking: .rows, "true or false for each row")],
      gives: "a table", example: "\(sample) |> where(a > 1)", seeAlso: ["select", "sort", "filter"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      return try call.attempt(at: "condition") { () throws(Complaint) in
        guard let verdicts = call.value("condition").elements else {
          return .table(try call.value("condition").condition() ? table : table.first(0))
        }
        var mask: [Bool] = []
        mask.reserveCapacity(verdicts.count)
        for verdict in verdicts.untilStopped { mask.append(try verdict.condition()) }
        return .table(try reporting { () throws(TableError) in try table.filtered(mask) })
      }
    },
    Builtin(
      "select", "Some columns in the order given, and then those that are computed from the others.", in: .tables,
      [table, Parameter("column", .columnName, rest: true, "names of columns")],
      extra: Builtin.Extra("name: values", masking: .rows, "a new column"),
      gives: "a table", example: "\(sample) |> select(b, twice: 2 * a)", seeAlso: ["with", "where"]
    ) { call throws(Diagnostic) in
      let names = call.rest.compactMap { if case .string(let name) = $0 { name } else { nil } }
      let table = try extended(call)
      return try call.attempt { () throws(Complaint) in
        .table(try reporting { () throws(TableError) in try table.selecting(names + call.extras.keys) })
      }
    },
    Builtin(
      "with", "The table with columns added or replaced.", in: .tables, [table],
      extra: Builtin.Extra("name: values", masking: .rows, "a list as long as the table, or one value for every row"),
      gives: "a table", example: "\(sample) |> with(ratio: a / max(a))", seeAlso: ["select"]
    ) { call throws(Diagnostic) in .table(try extended(call)) },
    Builtin(
      "sort", "The rows in the order of a column; nan and missing values stand last.", in: .tables,
      [
        table,
        Parameter(
          "column", .any, masking: .rows, "a column, a formula of columns, or a list of these: the first decides"),
        Parameter("desc", .boolean, default: "false", "largest first"),
      ],
      gives: "a table", example: "\(sample) |> sort(a, desc: true)", seeAlso: ["where", "first"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      let keys = try call.attempt(at: "column") { () throws(Complaint) in try sortKeys(call.value("column"), table) }
      return .table(table.gathered(order(of: keys, descending: call.boolean("desc"))))
    },
    Builtin(
      "first", "The first row as a record, or the first few as a table.", in: .tables, [table, count],
      gives: "a record, or a table", example: "first(\(sample))", seeAlso: ["last", "sort"]
    ) { call throws(Diagnostic) in
      guard let count = call.optionalWhole("count") else { return try call.element(of: "table", at: 1) }
      return .table(call.table("table").first(count))
    },
    Builtin(
      "last", "The last row as a record, or the last few as a table.", in: .tables, [table, count],
      gives: "a record, or a table", example: "last(\(sample))", seeAlso: ["first", "sort"]
    ) { call throws(Diagnostic) in
      guard let count = call.optionalWhole("count") else { return try call.element(of: "table", at: -1) }
      return .table(call.table("table").last(count))
    },
    Builtin(
      "concat", "The rows of several tables, one table after the other; a column that one lacks is missing there.",
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
    "count", .optional(.whole(0...Int.max)), default: "none", "how many rows, as a table; without it the row itself")

  /// The table with the further named arguments as columns.
  private static func extended(_ call: Call) throws(Diagnostic) -> Table {
    var table = call.table("table")
    for (name, value) in call.extras {
      table = try call.attempt(at: name) { () throws(Complaint) in try table.setting(name, to: value) }
    }
    return table
  }

  /// The columns to sort by: a value per row, the name of a column, or a list of these.
  private static func sortKeys(_ value: Value, _ table: Table) throws(Complaint) -> [Column] {
    if case .string(let name) = value { return [try reporting { () throws(TableError) in try table.column(name) }] }
    guard let elements = value.elements else {
      throw Complaint("wrong-type", "sort needs a column or a formula of columns, but this is \(value.kind)")
    }
    if elements.count == table.rowCount, elements.untilStopped.allSatisfy({ $0.elementCount == nil }) {
      return [Column("key", cells: elements.lazy.map(\.cell))]
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
