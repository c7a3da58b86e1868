// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Builds a data set from the cells of a table, row by row and from left to right.
struct TableAssembler {
  /// The use of a column.
  enum Use {
    case input
    /// One input for each text of the column, whose labels are at the given position.
    case oneHot(Int)
    case target(Int)
    case dropped
  }

  /// The file that the table comes from, or nil if it is in memory.
  let path: String?
  let layout: DataLayout
  /// The names of all columns, from left to right.
  let names: [String]
  /// The use of each column.
  let uses: [Use]
  private let targetNames: [String]
  /// The number of rows that have not been left out.
  private(set) var samples = 0
  private(set) var rows = 0
  private var inputs: DataValuesBuilder
  private var oneHot: [LabelColumn]
  /// The targets if there is a single target column.
  private var labels = LabelColumn()
  /// The targets if there are several target columns.
  private var numbers: [Double] = []
  /// The targets of the current row if there are several target columns.
  private var rowTargets: [Double]
  /// The number of inputs of the complete rows.
  private var inputCount = 0
  private var leavesOutRow = false
  /// The number of cells of each input column that are missing. The others so far are numbers.
  private var missingCells: [Int]
  private var hasGaps = false
  private var report: ReadingReport

  /// Creates an assembler for a table with the given columns. Throws an error if the layout does not fit them.
  ///
  /// - Parameters:
  ///   - targets: The names of further columns to the right of the table, which contain the targets. If there are none,
  ///     the layout names the targets.
  ///   - capacity: The expected number of inputs in all rows.
  init(
    path: String?, names: [String], targets: [String] = [], layout: DataLayout, capacity: Int
  ) throws(DataError) {
    self.path = path
    self.names = names + targets
    self.layout = layout
    targetNames = targets.isEmpty ? layout.targets : targets
    guard !targetNames.isEmpty else { throw .noTarget(path: path, columns: names) }
    var uses = [Use](repeating: .input, count: names.count)
    let positions = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    var mentioned: Set<String> = []
    func use(_ columns: [String], _ use: (Int) -> Use) throws(DataError) {
      for (number, name) in columns.enumerated() {
        guard let position = positions[name] else { throw .unknownTarget(path: path, name: name, columns: names) }
        guard mentioned.insert(name).inserted else { throw .conflictingColumn(name: name) }
        uses[position] = use(number)
      }
    }
    try use(layout.targets) { .target($0) }
    try use(layout.drop) { _ in .dropped }
    try use(layout.oneHot) { .oneHot($0) }
    let hasInputs = uses.contains { use in
      switch use {
      case .input, .oneHot: true
      case .target, .dropped: false
      }
    }
    guard hasInputs else { throw .noColumns(path: path) }
    if targetNames.count > 1, layout.classes != .automatic { throw .severalClassTargets(targetNames) }
    self.uses = uses + targets.indices.map { .target($0) }
    report = ReadingReport(columns: self.names)
    inputs = DataValuesBuilder(capacity: capacity)
    oneHot = [LabelColumn](repeating: LabelColumn(), count: layout.oneHot.count)
    rowTargets = [Double](repeating: .nan, count: targetNames.count)
    missingCells = [Int](repeating: 0, count: self.names.count)
  }

  private var isSingleTarget: Bool { targetNames.count == 1 }

  /// Appends the number of an input.
  @inline(__always)
  mutating func append(_ number: Double) { inputs.append(number) }

  /// Appends the cell of an input that is not a finite number, as text.
  mutating func appendUnreadable(_ text: String, column: Int, line: Int) throws(DataError) {
    guard MissingValues.areMeant(by: text) else {
      throw missingCells[column] == rows
        ? .notNumber(path: path, line: line, column: names[column], text: text)
        : .strayText(path: path, line: line, column: names[column], text: text, isFirst: false)
    }
    try markMissing(text, column: column, line: line)
    missingCells[column] += 1
    inputs.append(leavesOutRow ? 0 : .nan)
  }

  /// Appends the cell of a one-hot column or a target, with its number if it is one. An empty text is a missing value.
  mutating func append(_ text: String, number: Double?, column: Int, line: Int) throws(DataError) {
    switch uses[column] {
    case .oneHot(let position):
      if text.isEmpty {
        try markMissing(text, column: column, line: line)
        oneHot[position].appendMissing()
      } else {
        try oneHot[position].append(text, number: number, line: line, path: path)
      }
    case .target where isSingleTarget:
      if text.isEmpty {
        try markMissingTarget(text, column: column, line: line)
        labels.appendMissing()
      } else {
        try labels.append(text, number: number, line: line, path: path)
      }
    case .target(let position):
      if let number {
        rowTargets[position] = number
      } else if MissingValues.areMeant(by: text) {
        try markMissingTarget(text, column: column, line: line)
      } else {
        throw .textTarget(path: path, line: line, column: names[column], text: text)
      }
    case .input, .dropped: preconditionFailure("the cell of an input is a number, and others are skipped")
    }
  }

  private mutating func markMissing(_ text: String, column: Int, line: Int) throws(DataError) {
    switch layout.missing {
    case .error:
      throw text.isEmpty
        ? .missingValue(path: path, line: line, column: names[column])
        : .notNumber(path: path, line: line, column: names[column], text: text)
    case .drop:
      leavesOutRow = true
      report.addGap(in: column)
    case .mean: hasGaps = true
    }
    report.addWord(text)
  }

  private mutating func markMissingTarget(_ text: String, column: Int, line: Int) throws(DataError) {
    switch layout.missing {
    case .error: throw .missingValue(path: path, line: line, column: names[column])
    case .drop: report.addGap(in: column)
    case .mean: break
    }
    report.addWord(text)
    leavesOutRow = true
  }
}

/// Complete rows.
extension TableAssembler {
  /// Ends the current row and leaves it out if it has a missing value and the layout drops such rows.
  mutating func endRow() throws(DataError) {
    rows += 1
    if leavesOutRow {
      leavesOutRow = false
      inputs.removeLast(inputs.count - inputCount)
      for position in oneHot.indices where oneHot[position].count > samples { oneHot[position].removeLast() }
      if labels.count > samples { labels.removeLast() }
      return
    }
    guard samples < Int32.max else { throw .tooManyRows(path: path) }
    samples += 1
    inputCount = inputs.count
    if !isSingleTarget { numbers += rowTargets }
  }

  /// Returns the data set of all rows, with every number of an input divided by `divisor`. `note` is called with what
  /// the user should know about the missing values and the inputs.
  mutating func finish(
    name: String, divisor: UInt8 = 1, note: (String) -> Void = { _ in }
  ) throws(DataError) -> DataSet {
    guard rows > 0 else { throw .noRows(path: path) }
    guard samples > 0 else { throw .noCompleteRows(path: path, rows: rows) }
    let targets: DataTargets =
      isSingleTarget
      ? try labels.targets(path: path, column: targetNames[0], layout)
      : .values(numbers, names: targetNames)
    let complete = try completeRows(targets)
    var values = inputs.finish(divisor: divisor)
    inputs = DataValuesBuilder(capacity: 0)
    if hasGaps { values = try filled(values, complete) }
    var inputNames = names.indices.filter { if case .input = uses[$0] { true } else { false } }.map { names[$0] }
    if !oneHot.isEmpty { (values, inputNames) = try expanded(values, complete) }
    if StopToken.current.isRequested { throw stopped }
    var data = DataSet(name: name, values: values, inputNames: inputNames, targets: targets)
    if complete.count < samples { data = data.subset(complete) }
    if case .classes(_, let names) = targets { report.addTexts(names, of: targetNames[0], as: "class") }
    report.addConstantInputs(of: data)
    if StopToken.current.isRequested { throw stopped }
    report.notes(layout, rows: rows, samples: data.samples, targets: targetNames).forEach(note)
    return data
  }

  /// Returns the rows that have a target. A single target of numbers is not known to be one until all rows are read, so
  /// that a word for a missing number is in `targets` as nan.
  private mutating func completeRows(_ targets: DataTargets) throws(DataError) -> [Int32] {
    let rows = 0..<Int32(samples)
    guard isSingleTarget, case .values(let numbers, _) = targets else { return Array(rows) }
    let complete = rows.untilStopped.filter { !numbers[Int($0)].isNaN }
    if StopToken.current.isRequested { throw stopped }
    guard !complete.isEmpty else { throw .noCompleteRows(path: path, rows: self.rows) }
    for word in labels.missingWords where complete.count < samples { report.addWord(word) }
    if layout.missing == .drop, let column = uses.firstIndex(where: { if case .target = $0 { true } else { false } }) {
      for _ in complete.count..<samples { report.addGap(in: column) }
    }
    return complete
  }

  private var stopped: DataError { path.map { .file(path: $0, .stopped) } ?? .stopped }

  /// Returns the numbers of inputs with the mean of its column, over the given rows, in place of each missing one.
  private mutating func filled(_ values: DataValues, _ rows: [Int32]) throws(DataError) -> DataValues {
    let columns = names.indices.filter { if case .input = uses[$0] { true } else { false } }
    guard case .doubles(var numbers) = values, !columns.isEmpty else { return values }
    let width = columns.count
    var sums = [Double](repeating: 0, count: width)
    var counts = [Double](repeating: 0, count: width)
    for row in rows.lazy.map({ Int($0) }).untilStopped {
      for column in 0..<width where !numbers[row * width + column].isNaN {
        sums[column] += numbers[row * width + column]
        counts[column] += 1
      }
    }
    if let empty = counts.firstIndex(of: 0) { throw .emptyColumn(path: path, column: names[columns[empty]]) }
    var means = zip(sums, counts).map(/)
    for column in 0..<width where !means[column].isFinite {
      // The sum overflows, but the mean does not.
      means[column] = rows.untilStopped.reduce(0) { mean, row in
        let number = numbers[Int(row) * width + column]
        return number.isNaN ? mean : mean + number / counts[column]
      }
    }
    for row in rows.lazy.map({ Int($0) }).untilStopped {
      for column in 0..<width where numbers[row * width + column].isNaN {
        report.addGap(in: columns[column])
        numbers[row * width + column] = means[column]
      }
    }
    return .doubles(numbers)
  }

  /// Returns the inputs with the columns of text as 0 and 1, and their names, in the order of the columns. A missing
  /// text becomes the fraction of each text in its column, which is the mean of its input. Only the texts in the given
  /// rows count.
  private mutating func expanded(
    _ values: DataValues, _ rows: [Int32]
  ) throws(DataError) -> (DataValues, names: [String]) {
    let categories = try zip(oneHot, layout.oneHot).map { column, name throws(DataError) in
      try column.categories(in: rows, path: path, column: name)
    }
    if StopToken.current.isRequested { throw stopped }
    let shares = categories.map { category in
      var counts = [Double](repeating: 0, count: category.names.count)
      var total = 0.0
      for row in rows.untilStopped {
        guard let index = category.rows[Int(row)] else { continue }
        counts[index] += 1
        total += 1
      }
      return counts.map { $0 / total }
    }
    var inputNames: [String] = []
    for (index, (column, use)) in zip(names, uses).enumerated() {
      switch use {
      case .input: inputNames.append(column)
      case .oneHot(let position):
        guard !categories[position].names.isEmpty else { throw .emptyColumn(path: path, column: column) }
        inputNames += categories[position].names.map { "\(column)_\($0)" }
        for row in rows.untilStopped where categories[position].rows[Int(row)] == nil { report.addGap(in: index) }
        report.addTexts(categories[position].names, of: column, as: "value")
      case .target, .dropped: break
      }
    }
    let bytes = Double(samples) * Double(inputNames.count) * Double(MemoryLayout<Double>.stride)
    try requireMemory(bytes, orThrow: DataError.outOfMemory)
    let width = names.indices.count { if case .input = uses[$0] { true } else { false } }
    var builder = DataValuesBuilder(capacity: samples * inputNames.count)
    for row in (0..<samples).untilStopped {
      var next = row * width
      for use in uses {
        switch use {
        case .input:
          builder.append(values[next])
          next += 1
        case .oneHot(let position):
          let own = categories[position].rows[row]
          for index in shares[position].indices {
            builder.append(own.map { $0 == index ? 1 : 0 } ?? shares[position][index])
          }
        case .target, .dropped: break
        }
      }
    }
    if StopToken.current.isRequested { throw stopped }
    return (builder.finish(divisor: 1), inputNames)
  }
}
