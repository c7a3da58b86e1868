// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// Converts cells of tables to values of a database and back, without a loss.
///
/// A column of a database should contain values of one type, because other programs expect that. The letter of a cell
/// states its type: `n` a number, `a` NaN, `t` a text, `b` a boolean, `-` a missing value. A value that does not fit the
/// column is stored as bytes.
enum SweepCellCoder {
  /// The type of a column whose first cell is given.
  static func type(for cell: Cell) -> String {
    switch cell {
    case .number, .missing: "REAL"
    case .text: "TEXT"
    case .boolean: "INTEGER"
    }
  }

  static func encode(_ cell: Cell, type: String) -> (value: DatabaseValue, letter: Character) {
    switch cell {
    case .missing: return (.null, "-")
    case .number(let number):
      if number.isNaN { return (.null, "a") }
      // SQLite drops the sign of zero.
      if type == "REAL", number != 0 || number.sign == .plus { return (.real(number), "n") }
      return (.bytes(withUnsafeBytes(of: number.bitPattern.littleEndian) { [UInt8]($0) }), "n")
    case .text(let text):
      // A NUL would end the text.
      return (type == "TEXT" && !text.utf8.contains(0) ? .text(text) : .bytes(Array(text.utf8)), "t")
    case .boolean(let truth):
      return (type == "INTEGER" ? .integer(truth ? 1 : 0) : .bytes([truth ? 1 : 0]), "b")
    }
  }

  static func decode(_ value: DatabaseValue, _ letter: Character) -> Cell? {
    switch letter {
    case "-": return .missing
    case "a": return .number(.nan)
    case "n":
      if let bytes = value.bytes, bytes.count == 8 {
        return .number(Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }))
      }
      return value.number.map(Cell.number)
    case "t": return (value.text ?? value.bytes.map { String(decoding: $0, as: UTF8.self) }).map(Cell.text)
    case "b":
      if let bytes = value.bytes { return bytes.first.map { .boolean($0 != 0) } }
      return value.integer.map { .boolean($0 != 0) }
    default: return nil
    }
  }
}

extension Heading {
  /// The role, the importance and the picture as values of a database.
  var stored: [DatabaseValue] {
    let role =
      switch role {
      case .integer: "integer"
      case .number: "number"
      case .share: "share"
      case .state: "state"
      case .text: "text"
      case .prose: "prose"
      case .boolean: "boolean"
      }
    let picture =
      switch picture {
      case .decades: "decades"
      case .decadesOfLog10: "decades_of_log10"
      case nil: ""
      }
    return [.text(role), .integer(importance), .text(picture)]
  }

  init(_ name: String, stored: ArraySlice<DatabaseValue>) {
    let values = Array(stored)
    let roles: [String: Role] = [
      "integer": .integer, "number": .number, "share": .share, "state": .state, "text": .text, "prose": .prose,
      "boolean": .boolean,
    ]
    let pictures: [String: Picture] = ["decades": .decades, "decades_of_log10": .decadesOfLog10]
    self.init(
      name, roles[values[0].text ?? ""] ?? .text, importance: values[1].integer,
      picture: pictures[values[2].text ?? ""])
  }
}
