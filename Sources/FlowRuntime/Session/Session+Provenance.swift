// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The information that is needed to compute a table again.
package struct Provenance: Sendable, Equatable {
  /// The name and version of the program.
  package var program = "gradflow"
  /// The seed with which the program started or that it has set since.
  package var seed: UInt64 = 0
  /// The script, or `-e`, `stdin` or `prompt`.
  package var script = ""

  /// The provenance as text, for example `gradflow 0.1.0, seed 7, depth.gf`.
  package var text: String { [program, "seed \(seed)", script].filter { !$0.isEmpty }.joined(separator: ", ") }
}

extension Session {
  /// Returns a table as it is to be written: with a column `provenance` if the setting requests it and there is none.
  package func marked(_ table: Table) -> Table {
    guard settings.addsProvenance, !table.columns.isEmpty, !table.columnNames.contains("provenance") else {
      return table
    }
    let column = Column("provenance", repeating: .text(provenance.text), count: table.rowCount)
    return Table(columns: table.columns + [column])
  }

  /// Returns a value as it is to be written; see `marked` for tables.
  func marked(_ value: Value) -> Value { if case .table(let table) = value { .table(marked(table)) } else { value } }
}
