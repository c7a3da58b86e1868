// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What reading a table did that its user should know: the missing values it replaced or left out, words for missing
/// values that it kept as texts, and inputs that say nothing.
struct ReadingReport {
  /// The columns of the table, from left to right, and the number of missing values that were dealt with in each.
  private let columns: [String]
  private var gaps: [Int]
  /// The words that stood for missing values, in order of first appearance.
  private var words: [String] = []
  private var notesOnInputs: [String] = []
  private var notesOnTexts: [String] = []

  init(columns: [String]) {
    self.columns = columns
    gaps = [Int](repeating: 0, count: columns.count)
  }

  /// Counts a missing value.
  mutating func addGap(in column: Int) { gaps[column] += 1 }

  /// Remembers how a missing value was written.
  mutating func addWord(_ word: String) {
    if !word.isEmpty, !words.contains(word) { words.append(word) }
  }

  /// Notes each text of a column that usually stands for a missing value.
  mutating func addTexts(_ texts: [String], of column: String, as noun: String) {
    // Any name can be written in backquotes, unless it contains one or a line break.
    let code = column.contains { $0 == "`" || $0.isNewline } ? nil : "`\(column)`"
    for text in texts where MissingText.areMeant(by: text) && text.lowercased() != "none" {
      let advice = code.map { "; where(t, \($0) != \"\(text)\") leaves such rows out of a table t" }
      notesOnTexts.append("'\(text)' is a \(noun) of '\(column.shortened)'" + (advice ?? ""))
    }
  }

  /// Notes the inputs that have the same value in all samples.
  mutating func addConstantInputs(of data: DataSet) {
    let names = data.constantInputs
    guard !names.isEmpty else { return }
    let list = Self.list(names.map(\.shortened))
    notesOnInputs.append(
      names.count == 1
        ? "the input \(list) has the same value in all samples"
        : "\(names.count) of \(data.inputWidth) inputs have the same value in all samples: \(list)")
  }

  /// Returns the notes, each in one line.
  ///
  /// - Parameters:
  ///   - rows: The number of rows of the table.
  ///   - samples: The number of rows that were kept.
  func notes(_ layout: DataLayout, rows: Int, samples: Int, targets: [String]) -> [String] {
    var parts: [String] = []
    let counts = zip(columns, gaps).filter { $1 > 0 }
    func list(_ counts: [(String, Int)]) -> String { Self.list(counts.map { "\($0.shortened) (\($1))" }) }
    let leftOut = "left out \(rows - samples) of \(rows) rows"
    if layout.missing == .mean {
      let texts = Set(layout.oneHot)
      for (filled, filling) in [
        (counts.filter { !texts.contains($0.0) }, "the mean of the column"),
        (counts.filter { texts.contains($0.0) }, "the frequency of each value"),
      ] where !filled.isEmpty {
        let cells = filled.reduce(0) { $0 + $1.1 }
        parts.append("replaced \(cells) missing \(cells == 1 ? "value" : "values") with \(filling): \(list(filled))")
      }
    }
    if samples < rows {
      parts.append(
        layout.missing == .mean
          ? "\(leftOut), which have no \(targets.map(\.shortened).joined(separator: " or "))"
          : "\(leftOut) because of missing values: \(list(counts))")
    }
    if !parts.isEmpty, !words.isEmpty {
      let quoted = Self.list(words.map { "'\($0.shortened)'" })
      parts.append("\(quoted) \(words.count == 1 ? "counts" : "count") as missing")
    }
    return (parts.isEmpty ? [] : [parts.joined(separator: "; ")]) + notesOnTexts + notesOnInputs
  }

  private static func list(_ items: [String]) -> String {
    items.prefix(5).joined(separator: ", ") + (items.count > 5 ? " and \(items.count - 5) more" : "")
  }
}

extension DataSet {
  /// The names of the inputs that have the same value in all of several samples.
  var constantInputs: [String] {
    guard samples > 1 else { return [] }
    let width = inputWidth
    return (0..<width).untilStopped.filter { input in
      let first = values[input]
      return (1..<samples).untilStopped.allSatisfy { values[$0 * width + input] == first }
    }.map { inputNames[$0] }
  }
}
