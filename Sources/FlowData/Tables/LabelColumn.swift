// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A column whose texts are classes or categories, with each distinct text stored once.
struct LabelColumn {
  /// A distinct text, its number if it is one, and the line of its first occurrence.
  private struct Distinct {
    let text: String
    let number: Double?
    let line: Int
  }

  /// The maximum number of classes. A column with more is most likely a name or a key of its rows.
  static let classLimit = 100_000

  /// The maximum number of inputs that a column of text may become.
  static let categoryLimit = 10_000

  private var distinct: [Distinct] = []
  private var indices: [String: Int32] = [:]
  private var rows: [Int32] = []
  /// Whether the last append added a text that was not known.
  private var lastIsNew = false

  var count: Int { rows.count }

  mutating func append(_ text: String, number: Double?, line: Int, path: String?) throws(DataError) {
    guard rows.count < Int32.max else { throw .tooManyRows(path: path) }
    lastIsNew = false
    if let index = indices[text] {
      rows.append(index)
    } else {
      let index = Int32(distinct.count)
      indices[text] = index
      distinct.append(Distinct(text: text, number: number, line: line))
      rows.append(index)
      lastIsNew = true
    }
  }

  /// Appends a missing text.
  mutating func appendMissing() {
    rows.append(-1)
    lastIsNew = false
  }

  /// The texts that stand for a missing number if the others are numbers.
  var missingWords: [String] {
    distinct.filter { $0.number == nil && MissingValues.areMeant(by: $0.text) }.map(\.text)
  }

  /// Removes what was appended last. Call this at most once after an append.
  mutating func removeLast() {
    rows.removeLast()
    if lastIsNew { indices[distinct.removeLast().text] = nil }
    lastIsNew = false
  }
}

/// The column as targets.
extension LabelColumn {
  /// Returns the targets: numbers if all fields are numbers and no classes are requested, and classes otherwise. If the
  /// layout leaves out rows with missing numbers, these numbers are nan.
  ///
  /// Throws if numbers and texts are mixed and no classes are requested, if a text is not among the given classes, if
  /// there are too many classes, or if a stop is requested.
  func targets(path: String?, column: String, _ layout: DataLayout) throws(DataError) -> DataTargets {
    let targets: DataTargets
    switch layout.classes {
    case .automatic:
      if let numbers = try numbers(path: path, column: column, layout.missing) {
        targets = .values(rows.untilStopped.map { numbers[Int($0)] }, names: [column])
      } else {
        targets = try sortedClasses(path: path, column: column)
      }
    case .distinct: targets = try sortedClasses(path: path, column: column)
    case .count, .names:
      let (labels, names) = try labels(path: path, column: column, layout.classes)
      targets = .classes(labels: rows.untilStopped.map { labels[Int($0)] }, names: names)
    }
    try checkStop(path)
    return targets
  }

  private func checkStop(_ path: String?) throws(DataError) {
    if StopToken.current.isRequested { throw path.map { .file(path: $0, .stopped) } ?? .stopped }
  }

  /// Returns the label of each distinct text among classes whose number or names are given, and their names.
  private func labels(
    path: String?, column: String, _ classes: ClassChoice
  ) throws(DataError) -> ([Int32], names: [String]) {
    let names: [String]
    let label: (Distinct) -> Int32?
    switch classes {
    case .count(let count):
      names = (0..<count).map(String.init)
      label = { distinct in
        distinct.number.flatMap { $0 >= 0 && $0 < Double(count) && $0 == $0.rounded() ? Int32($0) : nil }
      }
    case .names(let given):
      names = given
      let labelOfName = Dictionary(zip(names, Int32(0)...), uniquingKeysWith: { first, _ in first })
      // A table may contain 1.0 where the list of classes has 1.
      let labelOfNumber = Dictionary(
        zip(names, Int32(0)...).compactMap { name, label in Double(name).map { ($0, label) } },
        uniquingKeysWith: { first, _ in first })
      label = { labelOfName[$0.text] ?? $0.number.flatMap { labelOfNumber[$0] } }
    case .automatic, .distinct: preconditionFailure("these classes follow from the column")
    }
    var labels: [Int32] = []
    labels.reserveCapacity(distinct.count)
    for distinct in distinct.untilStopped {
      guard let label = label(distinct) else {
        throw .notClass(path: path, line: distinct.line, column: column, text: distinct.text, classes: classes)
      }
      labels.append(label)
    }
    try checkStop(path)
    return (labels, names)
  }

  /// Returns the number of each distinct text, or nil if there are only texts. Throws if there are both.
  private func numbers(
    path: String?, column: String, _ missing: MissingValues
  ) throws(DataError) -> [Double]? {
    guard distinct.untilStopped.contains(where: { $0.number != nil }) else { return nil }
    var numbers: [Double] = []
    numbers.reserveCapacity(distinct.count)
    for distinct in distinct.untilStopped {
      if let number = distinct.number {
        numbers.append(number)
      } else if missing != .error, MissingValues.areMeant(by: distinct.text) {
        numbers.append(.nan)
      } else {
        throw .mixedTarget(path: path, line: distinct.line, column: column, text: distinct.text)
      }
    }
    try checkStop(path)
    return numbers
  }

  private func sortedClasses(path: String?, column: String) throws(DataError) -> DataTargets {
    guard distinct.count <= Self.classLimit else {
      throw .tooManyClasses(path: path, column: column, count: distinct.count, limit: Self.classLimit)
    }
    let order = order(of: Array(distinct.indices))
    var labels = [Int32](repeating: 0, count: distinct.count)
    for (label, index) in order.enumerated() { labels[index] = Int32(label) }
    try checkStop(path)
    return .classes(labels: rows.untilStopped.map { labels[Int($0)] }, names: order.map { distinct[$0].text })
  }
}

/// The column as categories.
extension LabelColumn {
  /// Returns the given distinct texts in numeric order if all of them are numbers, and else in alphabetical order.
  private func order(of indices: [Int]) -> [Int] {
    let areNumbers = indices.untilStopped.allSatisfy { distinct[$0].number != nil }
    return indices.sortedUntilStopped { a, b in
      if let x = distinct[a].number, let y = distinct[b].number, areNumbers, x != y { return x < y }
      return distinct[a].text < distinct[b].text
    }
  }

  /// Returns the categories that occur in the given rows, in order, and for each row of the column the position of its
  /// category, or nil if it is missing or not among them. Throws if there are too many.
  func categories(
    in kept: [Int32], path: String?, column: String
  ) throws(DataError) -> (names: [String], rows: [Int?]) {
    var isKept = [Bool](repeating: false, count: distinct.count)
    for row in kept.untilStopped where rows[Int(row)] >= 0 { isKept[Int(rows[Int(row)])] = true }
    let order = order(of: distinct.indices.filter { isKept[$0] })
    guard order.count <= Self.categoryLimit else {
      throw .tooManyTexts(path: path, column: column, count: order.count, limit: Self.categoryLimit)
    }
    var positions = [Int?](repeating: nil, count: distinct.count)
    for (position, index) in order.enumerated() { positions[index] = position }
    try checkStop(path)
    return (order.map { distinct[$0].text }, rows.untilStopped.map { $0 < 0 ? nil : positions[Int($0)] })
  }
}
