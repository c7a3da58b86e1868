// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The fields of a target column, with each distinct text stored once.
struct CSVLabels {
  /// A distinct text, its number if it is one, and the line of its first occurrence.
  private struct Distinct {
    let text: String
    let number: Double?
    let line: Int
  }

  /// The maximum number of classes. A column with more is most likely a name or a key of its rows.
  static let classLimit = 100_000

  private var distinct: [Distinct] = []
  private var indices: [String: Int32] = [:]
  private var rows: [Int32] = []

  mutating func append(_ text: String, number: Double?, line: Int, path: String) throws(DataError) {
    guard rows.count < Int32.max else { throw .tooManyRows(path: path) }
    if let index = indices[text] {
      rows.append(index)
    } else {
      let index = Int32(distinct.count)
      indices[text] = index
      distinct.append(Distinct(text: text, number: number, line: line))
      rows.append(index)
    }
  }

  /// Returns the targets: numbers if all fields are numbers and `classes` is false, and classes otherwise. Throws if
  /// numbers and texts are mixed and `classes` is false, if there are too many classes, or if a stop is requested.
  func targets(path: String, column: String, classes: Bool) throws(DataError) -> DataTargets {
    let targets = try targetsUntilStopped(path: path, column: column, classes: classes)
    if StopToken.current.isRequested { throw .file(path: path, .stopped) }
    return targets
  }

  /// Returns the same targets, which may be wrong if a stop is requested.
  private func targetsUntilStopped(path: String, column: String, classes: Bool) throws(DataError) -> DataTargets {
    let numbers = distinct.untilStopped.compactMap(\.number)
    let isNumeric = numbers.count == distinct.count
    if isNumeric && !classes {
      return .values(rows.untilStopped.map { numbers[Int($0)] }, names: [column])
    }
    if !isNumeric && !numbers.isEmpty && !classes, let text = distinct.untilStopped.first(where: { $0.number == nil }) {
      throw .mixedTarget(path: path, line: text.line, column: column, text: text.text)
    }
    guard distinct.count <= Self.classLimit else {
      throw .tooManyClasses(path: path, column: column, count: distinct.count, limit: Self.classLimit)
    }
    let order = distinct.indices.sortedUntilStopped { a, b in
      if let x = distinct[a].number, let y = distinct[b].number, isNumeric, x != y { return x < y }
      return distinct[a].text < distinct[b].text
    }
    var labelOfDistinct = [Int32](repeating: 0, count: distinct.count)
    for (label, index) in order.enumerated() { labelOfDistinct[index] = Int32(label) }
    return .classes(labels: rows.untilStopped.map { labelOfDistinct[Int($0)] }, names: order.map { distinct[$0].text })
  }
}
