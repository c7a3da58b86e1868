// SPDX-License-Identifier: GPL-3.0-or-later

/// Collects the cells of a column whose name and role are not known yet.
package struct ColumnBuilder: Sendable {
  private var storage = CellStorage()

  package init() {}

  /// Creates a builder with the given number of missing cells.
  package init(missing count: Int) {
    for _ in 0..<count { storage.append(.missing) }
  }

  package var count: Int { storage.count }

  @inline(__always)
  package mutating func append(_ cell: Cell) { storage.append(cell) }

  /// Appends the cells of another builder.
  package mutating func append(contentsOf other: ColumnBuilder) { storage.append(contentsOf: other.storage) }

  package mutating func reserveCapacity(_ rows: Int) { storage.reserveCapacity(rows) }

  /// Returns a column of the cells, with a role that is inferred from them.
  package func column(_ name: String) -> Column {
    let role =
      storage.allNumbers.map { Role.inferred(from: $0) }
      ?? Role.inferred(from: (0..<storage.count).lazy.map { storage[$0] })
    return Column(Heading(name, role), storage)
  }
}
