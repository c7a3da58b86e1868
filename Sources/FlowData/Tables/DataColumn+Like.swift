// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension [DataColumn] {
  /// Returns the columns of the inputs of a data set, found by name. A column of text becomes the inputs that one-hot
  /// encoding made of it there, such as `city_Oslo` for `city`. Returns nil if no column belongs to an input, as in a
  /// table whose columns only have positions.
  ///
  /// Throws an error if an input has no column, or if a text has no input.
  public func inputs(like data: DataSet) throws(DataError) -> [DataColumn]? {
    let byName = Dictionary(map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let encoded = filter { column in column.isText && data.inputNames.contains { column.hasOneHotInput($0) } }
    guard !encoded.isEmpty || data.inputNames.contains(where: { byName[$0] != nil }) else { return nil }
    for column in encoded { try column.checkTexts(data) }
    return try data.inputNames.untilStopped.map { name throws(DataError) in
      if let column = byName[name] { return column }
      // The longest name wins: `a_b_c` belongs to the column `a_b`, not `a`.
      if let column = encoded.filter({ $0.hasOneHotInput(name) }).max(by: { $0.name.utf8.count < $1.name.utf8.count }) {
        return column.oneHot(name)
      }
      throw .missingInput(data: data.name, input: name, columns: map(\.name))
    }
  }
}

extension DataColumn {
  private func oneHotName(_ text: String) -> String { "\(name)_\(text)" }

  fileprivate func hasOneHotInput(_ input: String) -> Bool { input.hasPrefix(oneHotName("")) }

  fileprivate var isText: Bool {
    (0..<count).untilStopped.contains { if case .text = self[$0] { true } else { false } }
  }

  fileprivate func checkTexts(_ data: DataSet) throws(DataError) {
    for row in (0..<count).untilStopped {
      let text = self[row].text
      if text.isEmpty { throw .missingValue(path: nil, line: row + 1, column: name) }
      guard !data.inputNames.contains(oneHotName(text)) else { continue }
      let inputs = data.inputNames.filter(hasOneHotInput)
      throw .unknownText(
        line: row + 1, column: name, text: text, known: inputs.map { String($0.dropFirst(oneHotName("").count)) })
    }
  }

  /// Returns the input of one text: 1 where the column has it, and 0 elsewhere.
  fileprivate func oneHot(_ input: String) -> DataColumn {
    DataColumn(input, (0..<count).untilStopped.map { oneHotName(self[$0].text) == input ? 1 : 0 })
  }
}
