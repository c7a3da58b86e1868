// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables
import FlowText

/// Functions that turn columns into rows and back, and that put tables side by side.
package enum Reshaping {
  package static let builtins: [Builtin] = [
    Builtin(
      "longer",
      "Stacks columns: each row becomes one row per column, with the name of the column and its value. An "
        + "asterisk stands for any text: `\"grad_norm/*\"` is every column that begins with grad_norm/, and the new names "
        + "are what follows. Names that are all numbers become numbers.",
      in: .tables,
      [
        TableVerbs.table, Parameter("columns", .columnNames, "the columns, or a pattern such as \"loss/*\""),
        Parameter("name", .string, default: "\"name\"", "the column for their names"),
        Parameter("value", .string, default: "\"value\"", "the column for their values"),
      ],
      gives: "a table", example: "\(wide) |> longer(\"loss_*\", name: \"layer\", value: \"loss\")",
      seeAlso: ["wider", "join", "concat"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      let sources = try call.attempt(at: "columns") { () throws(Complaint) in
        try reporting { () throws(TableError) in try table.sources(call.strings("columns")) }
      }
      return try call.attempt { () throws(Complaint) in
        .table(
          try reporting { () throws(TableError) in
            try table.longer(sources, name: call.string("name"), value: call.string("value"))
          })
      }
    },
    Builtin(
      "wider",
      "Undoes `longer`: each value of one column becomes a column, and rows that agree in all other columns become one "
        + "row. Both are in the order in which they first appear. With several value columns, the new ones are called "
        + "value/name.",
      in: .tables,
      [
        TableVerbs.table, Parameter("name", .columnName, default: "\"name\"", "the column with the new names"),
        Parameter("value", .columnNames, default: "\"value\"", "the column with the values, or several"),
      ],
      gives: "a table", example: "\(long) |> wider(name: layer, value: loss)", seeAlso: ["longer", "summarize"]
    ) { call throws(Diagnostic) in
      let table = call.table("table")
      return try call.attempt { () throws(Complaint) in
        .table(
          try reporting { () throws(TableError) in
            try table.wider(name: call.string("name"), values: call.strings("value"))
          })
      }
    },
    Builtin(
      "join",
      "Joins the rows of two tables that agree in some columns. A column of b whose name is already in use "
        + "gets a number, as in loss_1. Missing keys agree with each other, as in pandas. For lists, join makes a string.",
      in: .tables,
      [
        Parameter("a", .table, "a table"), Parameter("b", .table, "another table"),
        Parameter(
          "by", .optional(.columnNames), default: "none",
          "the columns in which rows must agree; none uses all that both tables have"),
        Parameter(
          "keep", .word(Table.Join.allCases.map(\.rawValue)), default: "inner",
          "inner keeps only matching rows, left also those of a without a match, and full those of both tables"),
      ],
      gives: "a table", example: "join(\(TableVerbs.sample), table([record(b: \"x\", rate: 0.1)]), by: b)",
      seeAlso: ["concat", "longer", "with"]
    ) { call throws(Diagnostic) in
      let (a, b) = (call.table("a"), call.table("b"))
      let keys = call.isNone("by") ? a.columnNames.filter { b[column: $0] != nil } : call.strings("by")
      if keys.isEmpty {
        throw call.error(
          "unknown-column", "the tables have no column in common", at: "b",
          notes: ["columns of a: \(a.columnNames.listed)"])
      }
      return try call.attempt(at: call.isNone("by") ? "b" : "by") { () throws(Complaint) in
        .table(
          try reporting { () throws(TableError) in
            try a.joined(with: b, by: keys, Table.Join(rawValue: call.string("keep")) ?? .inner)
          })
      }
    },
  ]

  private static let wide = "table([record(step: 1, loss_1: 0.5, loss_2: 0.7)])"
  private static let long = "table([record(layer: 1, loss: 0.5), record(layer: 2, loss: 0.7)])"
}

extension Call {
  /// Returns the strings of an argument that is a list of them.
  fileprivate func strings(_ name: String) -> [String] {
    (value(name).elements ?? []).compactMap { if case .string(let text) = $0 { text } else { nil } }
  }
}
