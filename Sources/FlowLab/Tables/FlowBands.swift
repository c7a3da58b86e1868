// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The flow of many networks of one architecture as one table.
///
/// It has the columns of `flow`, with medians for numbers and the most frequent word for a state. For each of them that
/// depends on the networks' numbers there follow the 5 % and the 95 % quantile as `x_low` and `x_high`, and for a state
/// the share of networks that have it, as `x_share`.
enum FlowBands {
  /// The part of the networks that lies between `x_low` and `x_high` is 90 %.
  private static let (low, high) = (0.05, 0.95)

  /// `flows` has the rows of each network, all of the same length.
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
      // Of each layer what the networks have.
      let cells = layers.untilStopped.map { layer in flows.map { entry.cell($0[layer]) } }
      func column<Layer>(_ suffix: String, _ role: Role, _ layers: [Layer], _ cell: (Layer) -> Cell) -> Column {
        let heading = Heading(
          entry.heading.name + suffix, role, importance: entry.heading.importance - (suffix.isEmpty ? 0 : 1),
          picture: suffix.isEmpty ? entry.heading.picture : nil)
        return Column(heading, cells: layers.map(cell))
      }
      let role = entry.heading.role
      if role.isNumeric {
        let quantiles = cells.untilStopped.map { Quantiles($0.compactMap(\.number)) }
        columns.append(column("", role, quantiles) { $0.cell(0.5) })
        spreads.append(column("_low", role, quantiles) { $0.cell(low) })
        spreads.append(column("_high", role, quantiles) { $0.cell(high) })
      } else {
        let most = cells.untilStopped.map(mostFrequent)
        columns.append(column("", role, most) { $0?.cell ?? .missing })
        spreads.append(column("_share", .share, most) { $0.map { .number($0.share) } ?? .missing })
      }
    }
    return Table(columns: columns + spreads)
  }

  /// The cell that comes most often, of those that come equally often the one that came first, and its share of the
  /// cells that are not missing.
  private static func mostFrequent(_ cells: [Cell]) -> (cell: Cell, share: Double)? {
    let present = cells.filter { $0 != .missing }
    var counts: [Cell: Int] = [:]
    for cell in present { counts[cell, default: 0] += 1 }
    guard let most = counts.values.max(), let cell = present.first(where: { counts[$0] == most }) else { return nil }
    return (cell, Double(most) / Double(present.count))
  }
}

extension Quantiles {
  /// The quantile of the numbers there are; missing where there are none.
  fileprivate func cell(_ share: Double) -> Cell { isEmpty ? .missing : .number(self[share]) }
}
