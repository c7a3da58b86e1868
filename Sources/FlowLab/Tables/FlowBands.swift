// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// Summarizes the flow of many networks of the same architecture in one table.
///
/// The table has the columns of `flow`, with medians of numbers and the most frequent values of states. Then it has
/// further columns for each column x that depends on the parameters of the networks: `x_low` and `x_high`, the 5 % and
/// 95 % quantiles of a number, or `x_share`, the share of networks in the most frequent state.
enum FlowBands {
  /// The quantiles in `x_low` and `x_high`, between which 90 % of the networks lie.
  private static let (low, high) = (0.05, 0.95)

  /// Returns the table for the rows of each network. All elements of `flows` must have the same length.
  static func table(_ flows: [[LayerFlow]]) -> Table {
    guard let first = flows.first else { return flowColumns.table([]) }
    let layers = first.indices
    var columns: [Column] = []
    var spreads: [Column] = []
    for entry in flowColumns {
      if entry.isOfArchitecture {
        columns.append(Column(entry.heading, cells: layers.lazy.map { entry.cell(first[$0]) }))
        continue
      }
      // The cells of all networks, layer by layer.
      let cells = layers.untilStopped.map { layer in flows.map { entry.cell($0[layer]) } }
      func column<Layer>(
        _ suffix: String, _ role: Role, _ meaning: String, _ layers: [Layer], _ cell: (Layer) -> Cell
      ) -> Column {
        let heading = Heading(
          entry.heading.name + suffix, role, importance: entry.heading.importance - (suffix.isEmpty ? 0 : 1),
          picture: suffix.isEmpty ? entry.heading.picture : nil, meaning: "\(meaning) of \(flows.count) networks")
        return Column(heading, cells: layers.map(cell))
      }
      let role = entry.heading.role
      if role.isNumeric {
        let quantiles = cells.untilStopped.map { Quantiles($0.compactMap(\.number)) }
        columns.append(column("", role, "median", quantiles) { $0.cell(0.5) })
        spreads.append(column("_low", role, quantile(low), quantiles) { $0.cell(low) })
        spreads.append(column("_high", role, quantile(high), quantiles) { $0.cell(high) })
      } else {
        let most = cells.untilStopped.map(mostFrequent)
        columns.append(column("", role, "most frequent value", most) { $0?.cell ?? .missing })
        spreads.append(
          column("_share", .share, "share of the most frequent value", most) {
            $0.map { .number($0.share) } ?? .missing
          })
      }
    }
    return Table(columns: columns + spreads)
  }

  private static func quantile(_ share: Double) -> String {
    "\(NumberStyle.significant(100 * share)) % quantile"
  }

  /// Returns the most frequent cell, and its share of the cells that are not missing. If several are equally frequent,
  /// returns the first. Returns nil if all cells are missing.
  private static func mostFrequent(_ cells: [Cell]) -> (cell: Cell, share: Double)? {
    let present = cells.filter { $0 != .missing }
    var counts: [Cell: Int] = [:]
    for cell in present { counts[cell, default: 0] += 1 }
    guard let most = counts.values.max(), let cell = present.first(where: { counts[$0] == most }) else { return nil }
    return (cell, Double(most) / Double(present.count))
  }
}

extension Quantiles {
  /// Returns the quantile as a cell, which is missing if there are no numbers.
  fileprivate func cell(_ share: Double) -> Cell { isEmpty ? .missing : .number(self[share]) }
}
