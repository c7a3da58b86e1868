// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// `sweep`: one function over a grid of arguments.
package enum Sweep {
  package static let builtins: [Builtin] = [
    Builtin(
      "sweep",
      "Calls a function for every combination of some values, on all threads, and puts what it gives into one table. "
        + "A cell with seed k gives what the function gives after seed(k). What a cell does to a network from outside "
        + "stays in the cell.",
      in: .flow,
      [
        Parameter("function", .function, "what to compute; its parameters are the axes"),
        .seeds(standard: 1),
      ],
      extra: Builtin.Extra(
        "parameter: values", of: "function",
        "a list or range to go through, or one value; a parameter with a default may be left out"),
      gives: "a table with a row per cell: the axes, seed, and the value, the fields of a record, or a table's rows",
      example: "sweep(fn(depth, act) = first(flow(chain(depth, act))).log10_total, depth: [2, 4], act: [tanh, relu])",
      seeAlso: ["summarize", "map", "seed", "flow"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let grid = try grid(call)
      try call.checkInterrupt()
      let result = SweepRun.run(grid, call.value("function"), call)
      if let failure = result.failure {
        call.session.exitStatus = failure.exitStatus ?? call.session.exitStatus
        throw failure.diagnostic
      }
      if result.rows.count < grid.count {
        call.session.host.note(
          "interrupted after \(result.rows.count) of \(counted(grid.count, "cell")); the table has their rows")
      }
      return StopToken.shielded {
        let rows = SweepRows.table(result.rows.map(\.rows))
        return .table(Table(columns: grid.columns(result.rows.map { ($0.cell, $0.rows.count) }) + rows.columns))
      }
    }
  ]

  private static func grid(_ call: Call) throws(Diagnostic) -> SweepGrid {
    let given = call.extras
    // The call has been checked, so that one of the overloads has all the names.
    let order =
      call.value("function").callables.map { $0.formals.list.map(\.name) }
      .first { Set(given.keys).isSubset(of: $0) } ?? []
    var axes: [SweepGrid.Axis] = []
    for name in order {
      guard let value = given[name] else { continue }
      if name == "seed" {
        throw call.error(
          "reserved-name", "'seed' is a column of its own and cannot be an axis", at: name,
          notes: ["seeds: 5 runs every cell with five seeds; give the parameter another name"])
      }
      if case .table = value {
        throw call.error(
          "wrong-type", "an axis is a list, a range or one value, but this is a table", at: name,
          notes: ["a column of it is a list, such as t.depth"])
      }
      axes.append(SweepGrid.Axis(name: name, values: value.elements.map { Array($0) } ?? [value]))
    }
    guard let grid = SweepGrid(axes: axes, seeds: try call.seeds("seeds")) else {
      throw call.error("too-large", "a sweep has at most \(ValueLimits.elements) cells")
    }
    return grid
  }
}
