// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension [DataColumn] {
  /// Returns the columns of the inputs of a data set, found by name. A column of text becomes the inputs that one-hot
  /// encoding made of it there, such as `city_Oslo` for `city`. Returns nil if no column belongs to an input, as in a
  /// table whose columns only have positions.
  ///
  /// Throws an error if an input has no column, if a text has no input, or if a text is missing and gaps are not allowed.
  public func inputs(like data: DataSet, allowingGaps: Bool = false) throws(DataError) -> [DataColumn]? {
    let byName = Dictionary(map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let encoded = filter { column in byName[column.name]?.isText == true && column.isOneHot(in: data) }
    guard !encoded.isEmpty || data.inputNames.contains(where: { byName[$0] != nil }) else { return nil }
    for column in encoded { try column.checkTexts(data, allowingGaps: allowingGaps) }
    return try data.inputNames.untilStopped.map { name throws(DataError) in
      if let column = byName[name] { return column }
      // The longest name wins: `a_b_c` belongs to the column `a_b`, not `a`.
      if let column = encoded.filter({ $0.hasOneHotInput(name) }).max(by: { $0.name.utf8.count < $1.name.utf8.count }) {
        return column.oneHot(name)
      }
      throw .missingInput(data: data.name, input: name, columns: map(\.name))
    }
  }

  /// Returns the columns with the mean of each input of a data set in place of its missing values. The mean of an input
  /// from one-hot encoding is the fraction of samples with its text.
  public func fillingGaps(like data: DataSet) -> [DataColumn] {
    guard count == data.inputWidth else { return self }
    return zip(self, data.inputMeans()).map { column, mean in
      DataColumn(
        column.name,
        cells: (0..<column.count).untilStopped.map { row in
          switch column[row] {
          case .number(let number): .number(number.isNaN ? mean : number)
          case .text(let text): MissingValues.areMeant(by: text) ? .number(mean) : .text(text)
          case .missing: .number(mean)
          }
        })
    }
  }
}

extension DataColumn {
  private func oneHotName(_ text: String) -> String { "\(name)_\(text)" }

  fileprivate func hasOneHotInput(_ input: String) -> Bool { input.hasPrefix(oneHotName("")) }

  fileprivate func isOneHot(in data: DataSet) -> Bool {
    !data.inputNames.contains(name) && data.inputNames.contains(where: hasOneHotInput)
  }

  /// Whether the column has a text, or no value at all.
  fileprivate var isText: Bool {
    (0..<count).untilStopped.allSatisfy { self[$0].text.isEmpty }
      || (0..<count).untilStopped.contains { if case .text = self[$0] { true } else { false } }
  }

  fileprivate func checkTexts(_ data: DataSet, allowingGaps: Bool) throws(DataError) {
    let names = Set(data.inputNames)
    for row in (0..<count).untilStopped where !names.contains(oneHotName(self[row].text)) {
      if self[row].text.isEmpty {
        if allowingGaps { continue }
        throw .missingValue(path: nil, line: row + 1, column: name)
      }
      let known = data.inputNames.filter(hasOneHotInput).map { String($0.dropFirst(oneHotName("").count)) }
      throw .unknownText(line: row + 1, column: name, text: self[row].text, known: known)
    }
  }

  /// Returns the input of one text: 1 where the column has it, and 0 elsewhere.
  fileprivate func oneHot(_ input: String) -> DataColumn {
    DataColumn(
      input,
      cells: (0..<count).untilStopped.map { row in
        self[row].text.isEmpty ? .missing : .number(oneHotName(self[row].text) == input ? 1 : 0)
      })
  }
}
