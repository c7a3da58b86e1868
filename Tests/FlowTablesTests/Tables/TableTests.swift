// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import Testing

struct TableTests {
  let table = Table(columns: [
    Column("layer", integers: [1, 2, 3, 4, 5]),
    Column("norm", optionalNumbers: [3, nil, .nan, 1, 3]),
    Column("state", .state, texts: ["ok", "dead", "ok", "nan", "ok"]),
  ])

  @Test func missingDiffersFromNaN() {
    #expect(table[1]["norm"] == .missing)
    #expect(table[2]["norm"] == .number(.nan))
    #expect(Cell.missing != .number(.nan))
    #expect(table[column: "norm"]?.numbers == nil)
    #expect(table[column: "layer"]?.numbers == [1, 2, 3, 4, 5])
  }

  @Test func numbersTakeEightBytes() {
    #expect(table[column: "norm"]?.bytesPerCell == 8)
    #expect(Column("mixed", cells: [.number(1), .text("a")]).bytesPerCell > 8)
  }

  @Test(
    arguments: [
      ([.number(1), .missing, .number(2)], .integer), ([.number(1), .number(0.5)], .number), ([.text("a")], .text),
      ([.boolean(true)], .boolean), ([.number(1), .text("a")], .text), ([.missing], .number),
      ([.number(.nan)], .number),
    ] as [([Cell], Role)])
  func rolesAreInferred(cells: [Cell], role: Role) {
    #expect(Column("c", cells: cells).role == role)
    #expect(Column("c", cells: cells).cells == cells)
  }

  @Test func selecting() throws {
    #expect(try table.selecting(["state", "layer", "state"]).columnNames == ["state", "layer"])
    #expect(throws: TableError.unknownColumn("nrm", available: ["layer", "norm", "state"])) {
      try table.selecting(["nrm"])
    }
  }

  @Test func filtering() throws {
    let kept = try table.filtered([true, true, false, false, true])
    #expect(kept[column: "layer"]?.numbers == [1, 2, 5])
    #expect(kept[1]["norm"] == .missing)
    #expect(throws: TableError.maskMismatch(expected: 5, found: 1)) { try table.filtered([true]) }
  }

  @Test func slicing() {
    #expect(table.first(2)[column: "layer"]?.numbers == [1, 2])
    #expect(table.last(2)[column: "layer"]?.numbers == [4, 5])
    #expect(table.first(99).rowCount == 5)
    #expect(table.last(-1).rowCount == 0)
    #expect(table.slice(3..<9)[column: "layer"]?.numbers == [4, 5])
    #expect(table.gathered([4, 0, 0])[column: "layer"]?.numbers == [5, 1, 1])
  }

  @Test func sortingIsStableWithNaNAndMissingLast() throws {
    #expect(try table.sorted(by: "norm")[column: "layer"]?.numbers == [4, 1, 5, 3, 2])
    #expect(try table.sorted(by: "norm", descending: true)[column: "layer"]?.numbers == [1, 5, 4, 3, 2])
    #expect(try table.sorted(by: "state")[column: "layer"]?.numbers == [2, 4, 1, 3, 5])
    #expect(try table.sorted(by: "state", descending: true)[column: "layer"]?.numbers == [1, 3, 5, 4, 2])
  }

  @Test func addingAndReplacingColumns() throws {
    let more = try table.with(Column("double", numbers: [2, 4, 6, 8, 10]))
    #expect(more.columnNames == ["layer", "norm", "state", "double"])
    let replaced = table.with("norm", repeating: .text("x"))
    #expect(replaced.columnNames == table.columnNames)
    #expect(replaced[column: "norm"]?.role == .text)
    #expect(throws: TableError.lengthMismatch(column: "a", expected: 5, found: 1)) {
      try table.with(Column("a", numbers: [1]))
    }
  }

  @Test func concatenatingMergesColumns() {
    let other = Table(columns: [Column("norm", numbers: [7]), Column("act", texts: ["tanh"])])
    let all = Table.concatenating([table, other, table])
    #expect(all.columnNames == ["layer", "norm", "state", "act"])
    #expect(all.rowCount == 11)
    #expect(all[5].cells == [.missing, .number(7), .missing, .text("tanh")])
    #expect(all[0]["act"] == .missing)
    #expect(Table.concatenating([]).rowCount == 0)
  }

  @Test func groupingKeepsTheOrderOfFirstAppearance() throws {
    let groups = try table.grouped(by: ["state"])
    #expect(groups.map(\.key) == [[.text("ok")], [.text("dead")], [.text("nan")]])
    #expect(groups.map(\.rows) == [[0, 2, 4], [1], [3]])
    #expect(try table.with("norm", repeating: .number(.nan)).grouped(by: ["norm"]).count == 1)
    #expect(try table.grouped(by: []).map(\.rows) == [[0, 1, 2, 3, 4]])
  }

  @Test func builderCollectsRows() {
    var builder = TableBuilder([Heading("a", .number), Heading("b", .text)])
    builder.append([.missing, .text("x")])
    builder.append([.number(1), .missing])
    builder.append([.text("odd"), .text("y")])
    #expect(
      builder.table.rows.map(\.cells) == [
        [.missing, .text("x")], [.number(1), .missing], [.text("odd"), .text("y")],
      ])
  }
}
