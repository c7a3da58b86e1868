// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// Errors and notes about arguments of summaries that mean something else in other languages.
extension Call {
  /// Returns the error about groups that are given by a name of another language, such as `group_by: species`.
  func groupName(_ name: String) -> Diagnostic {
    let place = place(of: name)
    let start = extraArguments.first { $0.name.text == name }?.name.range.start ?? place.range.start
    return Complaint("unknown-argument", "groups are given by the argument 'by'", replacement: "by: \(place.text)")
      .at(Place(place.source, SourceRange(start, place.range.end)))
  }

  /// Throws if nested lists are given together with a second argument, which selects rows or columns in other languages.
  func refuseNestedLists() throws(Diagnostic) {
    guard let nested = restArguments.first(where: { $0.part != nil && $0.value.elementCount != nil }),
      restArguments.contains(where: { $0.part == nil })
    else { return }
    let (name, list) = (builtin.name, nested.place.text)
    throw Complaint(
      "wrong-type", "\(name) does not select rows or columns",
      label: "write map(\(list), \(name)) for the rows, map(transpose(\(list)), \(name)) for the columns"
    ).at(nested.place)
  }

  /// Notes that a value is computed from a whole column, although one for each row is meant: the column is compared with
  /// another argument, as in `max(x, 0)`.
  func noteWholeColumn() {
    guard let rowCount, restArguments.count == 2, !restArguments.contains(where: { $0.part != nil }) else { return }
    let columns = restArguments.filter { $0.value.elementCount == rowCount }
    guard let column = columns.first?.place.text else { return }
    let texts = restArguments.map(\.place.text)
    let element = elementName(avoiding: texts.joined(separator: " "))
    // Both skip missing values.
    let code =
      columns.count == 2
      ? "map(zip(\(texts.joined(separator: ", "))), \(builtin.name))"
      : "map(\(column), fn(\(element)) = \(builtin.name)([\(element), "
        + "\(texts[texts[0] == column ? 1 : 0])]))"
    session.host.note("note: \(builtin.name) is computed once, from the whole column; for each row, write \(code)")
  }
}
