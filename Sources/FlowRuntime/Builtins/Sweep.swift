// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// The builtin `sweep`, which calls a function over a grid of arguments.
package enum Sweep {
  package static let builtins: [Builtin] = [
    Builtin(
      "sweep",
      "Calls a function for every combination of some values, on all threads, and collects the results in one table. A "
        + "cell with seed k has the same result as the function called after seed(k). Each cell works on its own copy "
        + "of any network from outside. With a file, a sweep that was interrupted, killed or extended continues: cells "
        + "in the file are not computed again, and their output is not repeated. The sweep must be unchanged: its "
        + "function, and the variables, environment variables and arguments that it uses. Files that the function "
        + "reads are not compared. With the option --shard 3/16, a process computes the third of 16 shares of the "
        + "cells, in a file of its own, such as cells-03-of-16.db.",
      in: .flow,
      [
        Parameter("function", .function, "the function to call; its parameters are the axes"),
        .seeds(standard: 1),
        Parameter(
          "into", .optional(.string), default: "none", isPath: true, "path of a .db file for the finished cells"),
      ],
      extra: Builtin.Extra(
        "parameter: values", of: "function",
        "a list or range of values, or one value; a parameter with a default may be omitted"),
      gives: "a table of the axes, the seed, and the result of each cell: a value, the fields of a record, or rows",
      example: "sweep(fn(depth, act) = first(flow(chain(depth, act))).log10_total, depth: [2, 4], act: [tanh, relu])",
      seeAlso: ["summarize", "map", "seed", "flow"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let grid = try grid(call)
      try call.checkInterrupt()
      // In a cell of another sweep, the share is that of the outer sweep.
      let shard = call.session.enclosure == nil ? call.session.settings.shard : nil
      let file = try file(call, grid, shard)
      let share = (0..<grid.count).filter { shard?.contains($0) ?? true }
      let known = file?.known ?? [:]
      let missing = share.filter { known[$0] == nil }
      func run() -> SweepRun.Result { SweepRun.run(grid, missing, file, call.value("function"), call) }
      let result = file?.committing(run) ?? run()
      try call.attempt(at: "into") { () throws(Complaint) in try file?.finish() }
      if let failure = result.failure {
        call.session.exitStatus = failure.exitStatus ?? call.session.exitStatus
        throw failure.diagnostic
      }
      call.session.note(result.tally)
      let computed = Dictionary(uniqueKeysWithValues: result.rows.map { ($0.cell, $0.rows) })
      let cells = share.compactMap { cell in (known[cell] ?? computed[cell]).map { (cell: cell, rows: $0) } }
      if cells.count < share.count {
        call.session.host.note(
          "interrupted after \(cells.count) of \(counted(share.count, "cell")); the table contains their rows")
      }
      return StopToken.shielded {
        let rows = SweepRows.table(cells.map(\.rows))
        return .table(Table(columns: grid.columns(cells.map { ($0.cell, $0.rows.count) }) + rows.columns))
      }
    }
  ]

  /// Opens the file that keeps the cells, or returns nil if there is none.
  private static func file(_ call: Call, _ grid: SweepGrid, _ shard: Shard?) throws(Diagnostic) -> SweepFile? {
    guard let path = call.optionalString("into") else { return nil }
    guard FileForm.isDatabase(path) else {
      throw call.error("unknown-format", "cells are saved in a file that ends in .db, such as cells.db", at: "into")
    }
    return try call.attempt(at: "into") { () throws(Complaint) in
      try SweepFile(shard?.path(path) ?? path, grid, call.value("function"), call.session)
    }
  }

  private static func grid(_ call: Call) throws(Diagnostic) -> SweepGrid {
    let given = call.extras
    // The call has been checked, so one of the overloads has all the names.
    let order =
      call.value("function").callables.map { $0.formals.list.map(\.name) }
      .first { Set(given.keys).isSubset(of: $0) } ?? []
    var axes: [SweepGrid.Axis] = []
    for name in order {
      guard let value = given[name] else { continue }
      if name == "seed" {
        throw call.error(
          "reserved-name", "'seed' is the column of the seeds and cannot be an axis", at: name,
          notes: ["rename the parameter; to run every cell with five seeds, write seeds: 5"])
      }
      if name == "value" {
        throw call.error(
          "reserved-name", "'value' is the column of the results and cannot be an axis", at: name,
          notes: ["rename the parameter"])
      }
      if case .table = value {
        throw call.error(
          "wrong-type", "an axis must be a list, a range or one value, but this is a table", at: name,
          notes: ["use a column of the table, such as t.depth"])
      }
      axes.append(SweepGrid.Axis(name: name, values: value.elements.map { Array($0) } ?? [value]))
    }
    guard let grid = SweepGrid(axes: axes, seeds: try call.seeds("seeds")) else {
      throw call.error("too-large", "a sweep has at most \(ValueLimits.elements) cells")
    }
    return grid
  }
}
