// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables

/// The cells of a sweep: all combinations of the values of the axes and the seeds.
///
/// Cells are numbered from 0. The first axis changes slowest and the seed fastest. Cells are not stored but computed from
/// their numbers.
struct SweepGrid: Sendable {
  struct Axis: Sendable {
    let name: String
    let values: [Value]
    /// The values as cells of a table. Computed only once, because their texts may be long; a stop ends the computation.
    fileprivate let cells: [Cell]

    init(name: String, values: [Value]) {
      self.name = name
      self.values = values
      cells = values.untilStopped.map(\.cell)
    }
  }

  let axes: [Axis]
  let seeds: [UInt64]
  let count: Int

  /// Returns nil if there are more combinations than a list may have elements.
  init?(axes: [Axis], seeds: [UInt64]) {
    self.axes = axes
    self.seeds = seeds
    var count = seeds.count
    for axis in axes {
      count *= axis.values.count
      if count > ValueLimits.elements { return nil }
    }
    self.count = count
  }

  func seed(_ cell: Int) -> UInt64 { seeds[cell % seeds.count] }

  /// Returns the value on each axis.
  func values(_ cell: Int) -> [Value] { zip(axes, positions(cell)).map { $0.values[$1] } }

  /// Returns the position of the value on each axis, counted from 0.
  func positions(_ cell: Int) -> [Int] {
    var rest = cell / seeds.count
    var positions: [Int] = []
    for axis in axes.reversed() {
      positions.append(rest % axis.values.count)
      rest /= axis.values.count
    }
    return positions.reversed()
  }

  /// Returns a description of a cell for messages, such as `depth: 4, act: tanh, seed: 2`.
  func description(_ cell: Int) -> String {
    let places = zip(axes, values(cell)).map { "\($0.name): \($1.source)" }
    return (places + ["seed: \(seed(cell))"]).joined(separator: ", ")
  }

  /// The names of the columns that identify the cell of a row.
  var columnNames: [String] { axes.map(\.name) + ["seed"] }

  /// Returns these columns for cells with the given numbers of rows.
  func columns(_ cells: [(number: Int, rows: Int)]) -> [Column] {
    let rows = cells.flatMap { repeatElement($0.number, count: $0.rows) }
    var columns: [Column] = []
    var stride = seeds.count
    for axis in axes.reversed() {
      let cells = axis.cells
      columns.append(Column(axis.name, cells: rows.map { cells[$0 / stride % cells.count] }))
      stride *= cells.count
    }
    return columns.reversed() + [Column("seed", integers: rows.map { Int(seed($0)) })]
  }
}
