// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowRuntime
import FlowTables

/// Data that a call takes as lists, records of columns, or tables.
extension ParameterType {
  /// Values from which data sets are made.
  static let columns = ParameterType.union([.list, .table, .record])
  /// One name or a list of names, such as those of the columns of a file.
  static let names = ParameterType.union([.string, .list])
  /// Which targets are classes.
  static let classes = ParameterType.union([.boolean, .whole(1...100_000), .list, .exactlyNone])
}

extension Call {
  /// Returns the names given by an argument of type `names`.
  func names(_ name: String) throws(Diagnostic) -> [String] {
    if let single = optionalString(name) { return [single] }
    if isNone(name) { return [] }
    return try list(name).map { value throws(Diagnostic) in
      guard case .string(let text) = value else {
        throw error(
          "wrong-type",
          "'\(name)' of \(builtin.name) must be a string or a list of strings, but this list has \(value.kind)",
          at: name)
      }
      return text
    }
  }

  /// Returns the layout given by the arguments `drop`, `one_hot`, `missing` and `classes`, if the builtin has them.
  func layout(targets: [String]) throws(Diagnostic) -> DataLayout {
    let declared = Set(builtin.parameters.map(\.name))
    return DataLayout(
      targets: targets, drop: declared.contains("drop") ? try names("drop") : [],
      oneHot: declared.contains("one_hot") ? try names("one_hot") : [],
      missing: declared.contains("missing") ? MissingValues(rawValue: string("missing")) ?? .error : .error,
      classes: declared.contains("classes") ? try classChoice("classes") : .automatic)
  }

  /// Returns the choice given by an argument of type `classes`.
  private func classChoice(_ name: String) throws(Diagnostic) -> ClassChoice {
    switch value(name) {
    case .none: return .automatic
    case .boolean(let areClasses): return areClasses ? .distinct : .automatic
    case .number(let count): return .count(Int(count))
    default: break
    }
    var names: [String] = []
    var seen: Set<String> = []
    for value in list(name).untilStopped {
      let text: String
      switch value {
      case .string(let string): text = string
      case .number(let number): text = DataColumn.text(number)
      case .boolean(let truth): text = "\(truth)"
      default:
        throw error("wrong-type", "classes must be strings or numbers, but this list has \(value.kind)", at: name)
      }
      guard seen.insert(text).inserted else {
        throw error("data", "the class \(quoted(text)) appears twice", at: name)
      }
      names.append(text)
    }
    guard !names.isEmpty else { throw error("data", "there are no classes in this list", at: name) }
    return .names(names)
  }

  /// Returns the columns of a list of numbers, of a list of samples, of a record of columns, or of a table.
  ///
  /// - Parameters:
  ///   - letter: The first letter of the names of columns that have none.
  ///   - isTarget: Whether a list may contain texts, and booleans are classes instead of 0 and 1.
  ///   - isSample: Whether a list of numbers is a single sample instead of a column.
  func columns(
    _ name: String, letter: String, isTarget: Bool, isSample: Bool = false
  ) throws(Diagnostic) -> [DataColumn] {
    switch value(name) {
    case .table(let table): return table.dataColumns(booleansAreText: isTarget)
    case .record(let record):
      return try record.map { field, value throws(Diagnostic) in
        guard let list = value.elements ?? value.soleElement else {
          throw error(
            "wrong-type", "a record of columns needs a list or a value for each, but '\(field)' is \(value.kind)",
            at: name)
        }
        if let numbers = list.numbers { return DataColumn(field, numbers) }
        return DataColumn(field, cells: try cells(of: list, takesText: true, booleansAreText: isTarget, in: field))
      }
    default: break
    }
    let list = list(name)
    if isSample, !list.isEmpty, list.first?.elements == nil {
      var numbers: [Double] = []
      try append(list, to: &numbers, called: name, in: name)
      return DataColumn.columns(DataColumn.names(letter, numbers.count), ofMatrix: numbers)
    }
    if let numbers = list.numbers { return [DataColumn("\(letter)1", numbers)] }
    if case .list? = list.first { return try matrixColumns(of: list, in: name, letter: letter) }
    return [
      DataColumn("\(letter)1", cells: try cells(of: list, takesText: isTarget, booleansAreText: isTarget, in: name))
    ]
  }

  /// Returns the columns of a list of samples, each of which is a list of numbers or of nested lists, such as the rows of
  /// an image.
  private func matrixColumns(of list: List, in name: String, letter: String) throws(Diagnostic) -> [DataColumn] {
    var numbers: [Double] = []
    var width: Int?
    for (row, element) in zip(1..., list).untilStopped {
      guard let elements = element.elements else {
        throw error("wrong-type", "\(name)[\(row)] is \(element.kind), but \(name)[1] is a list", at: name)
      }
      let start = numbers.count
      try append(elements, to: &numbers, called: "\(name)[\(row)]", in: name)
      let count = numbers.count - start
      guard count == width ?? count else {
        throw error(
          "ragged-list", "\(name)[1] has \(counted(width ?? 0, "number")), but \(name)[\(row)] has \(count)", at: name)
      }
      if width == nil { numbers.reserveCapacity(list.count * count) }
      width = count
    }
    try checkInterrupt()
    guard let width, width > 0 else { throw error("data", "the samples in \(name) are empty lists", at: name) }
    return DataColumn.columns(DataColumn.names(letter, width), ofMatrix: numbers)
  }

  /// Appends the numbers in nested lists, with nan for a missing one.
  private func append(
    _ list: List, to numbers: inout [Double], called text: @autoclosure () -> String, in name: String
  ) throws(Diagnostic) {
    if let row = list.numbers { return numbers += row }
    for (index, element) in zip(1..., list).untilStopped {
      switch element {
      case .number(let number): numbers.append(number)
      case .none: numbers.append(.nan)
      case .boolean(let truth): numbers.append(truth ? 1 : 0)
      case .list(let inner): try append(inner, to: &numbers, called: "\(text())[\(index)]", in: name)
      default:
        throw error(
          "wrong-type", "\(text())[\(index)] must be a number, but it is \(element.kind)", at: name,
          notes: [
            builtin.parameters.contains { $0.name == "like" }
              ? "for columns of text, pass a table or a record with the names of the columns: "
                + "record(city: \"Oslo\", size: 60)"
              : "for columns of text, make a table and use one_hot"
          ])
      }
    }
  }

  /// Returns the elements of a list as cells. Throws if one is neither a number nor missing, nor a text where texts are
  /// allowed.
  private func cells(
    of list: List, takesText: Bool, booleansAreText: Bool, in name: String
  ) throws(Diagnostic) -> [DataColumn.Cell] {
    var cells: [DataColumn.Cell] = []
    cells.reserveCapacity(list.count)
    for (number, element) in zip(1..., list).untilStopped {
      switch element {
      case .number(let value): cells.append(.number(value))
      case .none: cells.append(.missing)
      case .boolean(let truth): cells.append(booleansAreText ? .text("\(truth)") : .number(truth ? 1 : 0))
      case .string(let text) where takesText: cells.append(.text(text))
      default:
        throw error(
          "wrong-type",
          "\(name)[\(number)] must be \(takesText ? "a number or a string" : "a number or a list of numbers"), but it is "
            + element.kind)
      }
    }
    try checkInterrupt()
    return cells
  }
}

extension Value {
  /// A list of this number, string, boolean or missing value, as in the record of one sample.
  fileprivate var soleElement: List? {
    switch self {
    case .none, .number, .string, .boolean: [self]
    default: nil
    }
  }
}

extension Table {
  /// Returns the columns with booleans as 0 and 1, or as the texts `false` and `true`.
  fileprivate func dataColumns(booleansAreText: Bool) -> [DataColumn] {
    columns.map { column in
      if let numbers = column.numbers { return DataColumn(column.name, numbers) }
      return DataColumn(
        column.name,
        cells: (0..<rowCount).untilStopped.map { row in
          switch column[row] {
          case .number(let number): .number(number)
          case .text(let text): .text(text)
          case .boolean(let truth): booleansAreText ? .text("\(truth)") : .number(truth ? 1 : 0)
          case .missing: .missing
          }
        })
    }
  }
}
