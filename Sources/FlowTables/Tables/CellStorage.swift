// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The cells of a column, in an array of their type. A number takes eight bytes.
///
/// Only one of the arrays is in use. Cells of different types are all stored in `mixed`.
struct CellStorage: Sendable {
  private enum Kind { case undecided, numbers, texts, booleans, mixed }

  private(set) var count = 0
  private var kind = Kind.undecided
  private var numbers: [Double] = []
  private var texts: [String] = []
  private var booleans: [Bool] = []
  private var mixed: [Cell] = []
  private var missing = MissingMask()
  /// The capacity to reserve once the kind is known.
  private var capacity = 0

  init() {}

  /// Stores the given cells, or fewer if a stop is requested.
  init(_ cells: some Sequence<Cell>) {
    for cell in cells.untilStopped { append(cell) }
  }

  init(numbers: [Double]) {
    (kind, count, self.numbers) = (.numbers, numbers.count, numbers)
  }

  init(texts: [String]) {
    (kind, count, self.texts) = (.texts, texts.count, texts)
  }

  init(booleans: [Bool]) {
    (kind, count, self.booleans) = (.booleans, booleans.count, booleans)
  }

  /// The stored numbers, or nil if any cell is not a number.
  var allNumbers: [Double]? {
    if count == 0 { return [] }
    return kind == .numbers && missing.isEmpty ? numbers : nil
  }

  /// A Boolean value that indicates whether there are cells of different types.
  var isMixed: Bool { kind == .mixed }

  /// A Boolean value that indicates whether any cell is not missing.
  var hasValues: Bool {
    switch kind {
    case .undecided: false
    case .mixed: mixed.untilStopped.contains { $0 != .missing }
    case .numbers, .texts, .booleans: (0..<count).untilStopped.contains { !missing.contains($0) }
    }
  }

  /// The size in bytes of one element of the array in use.
  var bytesPerCell: Int {
    switch kind {
    case .undecided: 0
    case .numbers: MemoryLayout<Double>.stride
    case .texts: MemoryLayout<String>.stride
    case .booleans: MemoryLayout<Bool>.stride
    case .mixed: MemoryLayout<Cell>.stride
    }
  }

  subscript(index: Int) -> Cell {
    precondition(index >= 0 && index < count, "row out of range")
    if missing.contains(index) { return .missing }
    switch kind {
    case .undecided: return .missing
    case .numbers: return .number(numbers[index])
    case .texts: return .text(texts[index])
    case .booleans: return .boolean(booleans[index])
    case .mixed: return mixed[index]
    }
  }

  mutating func reserveCapacity(_ capacity: Int) {
    self.capacity = capacity
    switch kind {
    case .undecided: break
    case .numbers: numbers.reserveCapacity(capacity)
    case .texts: texts.reserveCapacity(capacity)
    case .booleans: booleans.reserveCapacity(capacity)
    case .mixed: mixed.reserveCapacity(capacity)
    }
  }

  mutating func append(_ cell: Cell) {
    switch (cell, kind) {
    case (.missing, _): appendMissing()
    case (_, .undecided):
      decide(for: cell)
      append(cell)
      return
    case (.number(let value), .numbers): numbers.append(value)
    case (.text(let value), .texts): texts.append(value)
    case (.boolean(let value), .booleans): booleans.append(value)
    case (_, .mixed): mixed.append(cell)
    default:
      mixed = (0..<count).map { self[$0] }
      (numbers, texts, booleans, missing, kind) = ([], [], [], MissingMask(), .mixed)
      mixed.append(cell)
    }
    count += 1
  }

  /// Appends the cells of another storage.
  mutating func append(contentsOf other: CellStorage) {
    if kind == .undecided, let first = other.firstCell { decide(for: first) }
    switch (kind, other.kind) {
    case (_, .undecided):
      for _ in 0..<other.count { append(.missing) }
      return
    case (.numbers, .numbers): numbers += other.numbers
    case (.texts, .texts): texts += other.texts
    case (.booleans, .booleans): booleans += other.booleans
    default:
      for index in 0..<other.count { append(other[index]) }
      return
    }
    missing.append(other.missing, at: count)
    count += other.count
  }

  /// A cell of the kind that is stored, or nil if all cells are missing or of different types.
  private var firstCell: Cell? {
    switch kind {
    case .undecided, .mixed: nil
    case .numbers: numbers.first.map(Cell.number)
    case .texts: texts.first.map(Cell.text)
    case .booleans: booleans.first.map(Cell.boolean)
    }
  }

  /// Returns the cells at the given indices, in that order; fewer if a stop is requested.
  func gathered(_ rows: some Collection<Int>) -> CellStorage {
    var result = CellStorage()
    result.kind = kind
    func take<Element>(_ elements: [Element]) -> [Element] {
      let taken = rows.untilStopped.map { elements[$0] }
      result.count = taken.count
      return taken
    }
    switch kind {
    case .undecided: result.count = rows.count
    case .numbers: result.numbers = take(numbers)
    case .texts: result.texts = take(texts)
    case .booleans: result.booleans = take(booleans)
    case .mixed: result.mixed = take(mixed)
    }
    if !missing.isEmpty {
      for (place, row) in rows.enumerated().untilStopped where missing.contains(row) { result.missing.insert(place) }
    }
    return result
  }

  private mutating func appendMissing() {
    switch kind {
    case .undecided: break
    case .numbers: numbers.append(0)
    case .texts: texts.append("")
    case .booleans: booleans.append(false)
    case .mixed: mixed.append(.missing)
    }
    missing.insert(count)
  }

  /// Chooses the array by the type of the first cell that is not missing, and fills it for the missing cells before.
  private mutating func decide(for cell: Cell) {
    switch cell {
    case .number: (kind, numbers) = (.numbers, Array(repeating: 0, count: count))
    case .text: (kind, texts) = (.texts, Array(repeating: "", count: count))
    case .boolean: (kind, booleans) = (.booleans, Array(repeating: false, count: count))
    case .missing: break
    }
    if capacity > count { reserveCapacity(capacity) }
  }
}

/// A bit mask of the rows whose values are missing. It takes no memory if there are none.
private struct MissingMask: Sendable {
  private var words: [UInt64] = []

  var isEmpty: Bool { words.isEmpty }

  func contains(_ row: Int) -> Bool {
    row >> 6 < words.count && words[row >> 6] >> UInt64(row & 63) & 1 == 1
  }

  /// Adds the rows of another mask, counted from the given row.
  mutating func append(_ other: MissingMask, at first: Int) {
    for (index, word) in other.words.enumerated() where word != 0 {
      for bit in 0..<64 where word >> UInt64(bit) & 1 == 1 { insert(first + index * 64 + bit) }
    }
  }

  mutating func insert(_ row: Int) {
    if row >> 6 >= words.count {
      words.append(contentsOf: repeatElement(0, count: (row >> 6) + 1 - words.count))
    }
    words[row >> 6] |= 1 << UInt64(row & 63)
  }
}
