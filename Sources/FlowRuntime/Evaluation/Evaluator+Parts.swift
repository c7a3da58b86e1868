// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// A list of arguments, such as `compare([a, b])` instead of `compare(a, b)`.
extension Evaluator {
  /// Returns one argument for each element of a list or record that is given to a rest parameter, or nil if the argument
  /// is a single value. The actual argument keeps its value, so it is not evaluated again.
  func parts(
    of actual: inout Actual, _ parameter: Parameter, _ scope: Scope, at call: Place
  ) throws(Diagnostic) -> [BoundArgument]? {
    let value = if let word = try bareWord(actual, parameter.type, scope) { word } else { try value(of: actual, scope) }
    actual.value = value
    guard let parts = parameter.parts(of: value, by: self) else { return nil }
    let place = Place(call.source, actual.range)
    let items: [Expression] = if case .list(let items)? = actual.expression?.kind { items } else { [] }
    return parts.enumerated().map { index, part in
      let name =
        part.name.map(BoundArgument.PartName.own)
        ?? (items.isEmpty
          ? .position("\(place.text)[\(index + 1)]") : .own(Place(place.source, items[index].range).text))
      return BoundArgument(
        value: parameter.type.takesObjects ? own(part.value) : part.value, place: place, expression: nil, scope: nil,
        isGiven: true, part: name)
    }
  }
}

extension Parameter {
  /// Returns the elements of a list or record and their names in the record, or nil if the parameter does not accept
  /// further arguments, takes lists or records themselves, or does not accept one of the elements.
  func parts(of value: Value, by evaluator: Evaluator) -> [(name: String?, value: Value)]? {
    guard isRest, type.accept(value, by: evaluator) == nil else { return nil }
    let parts: any Sequence<(name: String?, value: Value)>
    switch value {
    case .list(let list): parts = list.lazy.map { (nil, $0) }
    case .record(let record): parts = record.lazy.map { ($0.key, $0.value) }
    default: return nil
    }
    var accepted: [(name: String?, value: Value)] = []
    for part in parts {
      guard let value = type.accept(part.value, by: evaluator) else { return nil }
      accepted.append((part.name, value))
    }
    return accepted.isEmpty ? nil : accepted
  }
}
