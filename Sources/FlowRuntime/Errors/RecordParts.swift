// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The fields of a record in code, for errors about methods and loops that go through all of them.
enum RecordParts: String {
  case keys, values, items

  /// Returns the list of the parts of a record, given its source, or nil if a field cannot be written with a dot or the
  /// list is too long to read.
  func code(_ record: Record, _ text: String) -> String? {
    var parts: [String] = []
    for name in record.keys {
      guard let field = nameCode(name) else { return nil }
      switch self {
      case .keys: parts.append(quoted(name))
      case .values: parts.append("\(text).\(field)")
      case .items: parts.append("[\(quoted(name)), \(text).\(field)]")
      }
    }
    let code = "[\(parts.joined(separator: ", "))]"
    return code.count <= 80 ? code : nil
  }

  /// Returns what a loop over a record takes from it: names and values if its variable is indexed, or else the names,
  /// as in Python.
  static func taken(by variable: Name, in body: [Statement]) -> RecordParts {
    guard case .assignment(_, let value, _)? = body.first?.kind, case .index(let base, _) = value.kind,
      case .name(variable.text) = base.kind
    else { return .keys }
    return .items
  }
}
