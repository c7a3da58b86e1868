// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The numbers of a data set that are very far from the others in their column, such as -999 in place of a missing value.
///
/// Standardizing does not help: it makes the other numbers nearly equal.
struct StrayValues {
  /// The columns with such numbers, those with the most first.
  private(set) var columns: [StrayColumn] = []
  /// The samples without any.
  private(set) var rest: [Int32] = []

  /// The number of such numbers.
  var count: Int { columns.reduce(0) { $0 + $1.count } }

  var isEmpty: Bool { columns.isEmpty }

  init() {}

  /// Examines the inputs, and targets that are numbers. Finds nothing if a stop is requested.
  init(_ data: DataSet, _ rows: Range<Int>) {
    var isStray = [Bool](repeating: false, count: rows.count)
    func examine(_ names: [String], _ numbers: (_ row: Int) -> [Double]) {
      var values = [[Double]](repeating: [], count: names.count)
      for row in rows.untilStopped { for (place, number) in numbers(row).enumerated() { values[place].append(number) } }
      for (name, numbers) in zip(names, values).untilStopped where numbers.count == rows.count {
        guard let column = StrayColumn(name, numbers) else { continue }
        columns.append(column)
        for (row, number) in numbers.enumerated() where column.isStray(number) { isStray[row] = true }
      }
    }
    examine(data.inputNames, data.inputs(ofSample:))
    if case .values(_, let names) = data.targets { examine(names, data.targets(ofSample:)) }
    if StopToken.current.isRequested { columns = [] }
    columns.sort { $0.count > $1.count }
    rest = rows.filter { !isStray[$0 - rows.lowerBound] }.map(Int32.init)
  }

  /// Says where the numbers are.
  var explanation: String {
    guard let first = columns.first else { return "" }
    let others = columns.count == 1 ? "" : ", as in \(columns.count - 1) more column\(columns.count == 2 ? "" : "s")"
    return "\(first.count == 1 ? "one value" : "\(first.count) values") of \(first.name) "
      + "\(first.count == 1 ? "is" : "are") very far from the others" + others
  }
}

/// A column with numbers that are very far from the others.
struct StrayColumn {
  let name: String
  /// The number of strays.
  private(set) var count = 0
  private let farthest: Double
  private let quartiles: (low: Double, high: Double)
  /// The range of the numbers that are not strays.
  private let usual: ClosedRange<Double>

  /// A number is a stray if its distance from the median is this many times the distance of the quartiles. In a normal
  /// distribution, one number in a million is more than 3.6 times as far away; in a log-normal one of variance 1, 80
  /// times.
  private static let reach = 200.0
  /// More strays, or more codes, than these fractions are a part of the distribution.
  private static let (mostStrays, mostCodes) = (0.1, 0.5)
  /// The smallest or the largest number is a code if it repeats, and is farther from all others than this many times
  /// their range.
  private static let gap = 3.0
  /// A column with fewer different numbers may contain categories.
  private static let leastDifferent = 10

  /// Creates the column if it has such numbers.
  init?(_ name: String, _ numbers: [Double]) {
    let sorted = numbers.filter(\.isFinite).sorted()
    guard sorted.count >= 8, let smallest = sorted.first, let largest = sorted.last else { return nil }
    self.name = name
    let middle = sorted[sorted.count / 2]
    quartiles = (sorted[sorted.count / 4], sorted[sorted.count * 3 / 4])
    let limit = Self.reach * (quartiles.high - quartiles.low)
    let code = Self.code(in: sorted)
    if let code {
      (farthest, usual) = code
    } else if limit > 0 {
      farthest = largest - middle > middle - smallest ? largest : smallest
      usual = middle - limit...middle + limit
    } else {
      return nil
    }
    count = sorted.count(where: isStray)
    let most = code == nil ? Self.mostStrays : Self.mostCodes
    guard count > 0, Double(count) <= most * Double(sorted.count) else { return nil }
  }

  /// Returns a number that repeats at one end of ascending numbers, far from all others, and the range of the others.
  private static func code(in sorted: [Double]) -> (code: Double, others: ClosedRange<Double>)? {
    for (code, others) in [
      (sorted[sorted.count - 1], sorted.prefix { $0 < sorted[sorted.count - 1] }),
      (sorted[0], sorted.drop { $0 == sorted[0] }),
    ] {
      guard sorted.count - others.count > 1, let low = others.first, let high = others.last,
        max(code - high, low - code) > gap * (high - low), Set(others).count >= leastDifferent
      else { continue }
      return (code, low...high)
    }
    return nil
  }

  func isStray(_ number: Double) -> Bool { !number.isNaN && !usual.contains(number) }

  var evidence: [Diagnosis.Finding] {
    [
      .init("farthest_value", farthest), .init("lower_quartile", quartiles.low),
      .init("upper_quartile", quartiles.high),
    ]
  }
}
