// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Evaluator {
  /// Returns the error about an argument of the wrong type, with the code that the user probably meant.
  func mistyped(
    _ given: Value, _ actual: Actual, _ type: ParameterType, _ place: Place, _ neighbours: Neighbours?, isQuoted: Bool,
    advice: String?, subject: String, scope: Scope
  ) -> Diagnostic {
    var isOutOfRange = false
    if case .number = given { isOutOfRange = type.but(given) != given.kind }
    var place = place
    var label = ""
    var notes = advice.map { [$0] } ?? []
    let isList = type.members.contains { if case .numbers = $0 { true } else { false } }
    if let swapped = neighbours?.swapped(with: actual, given, place, scope, self) {
      return Complaint(
        "wrong-type", "\(subject) must be \(type.description), but this is \(type.but(given))",
        replacement: swapped.code, notes: neighbours.map { [$0.signature] } ?? []
      ).at(Place(place.source, swapped.range))
    }
    if case .name(let name)? = actual.expression?.kind, let hidden = registry[name],
      type.accept(.builtin(hidden), by: self) != nil
    {
      return hiding(name, given, "choice").at(place)
    }
    var replacement: String?
    let words = type.words + type.families.flatMap { registry.choices[$0] ?? [] }
    if isQuoted, let names = registry.names(choices: given, for: type) {
      replacement = given.elements == nil ? names[0] : "[\(names.joined(separator: ", "))]"
      label = "write \(replacement ?? "") without quotes"
    } else if isQuoted, case .string(let text) = given, let code = ForeignWord.argument(for: text) {
      replacement = code
    } else if isQuoted, let name = registry.firstName(choices: given, for: type) {
      label = "write \(name) without quotes"
    } else if case .builtin(let overloads) = given, overloads.isUsefulAlone {
      replacement = "\(overloads.name)()"
      label = parenthesesHint("\(overloads.name)()")
    } else if case .record = given, case .table = type {
      // A row of a table is a record.
      replacement = "table([\(place.text)])"
    } else if actual.name == nil, !isList, !(given.number != nil && neighbours?.isFirst(actual) == true),
      let name = neighbours?.taker(of: given, by: self)
    {
      replacement = "\(name): \(place.text)"
    } else if actual.name == nil, let taken = neighbours?.quotedChoice(given, registry) {
      replacement = taken
    } else if case .number = given, isList, let numbers = neighbours?.numbers(from: actual) {
      // Several numbers in a row are the elements of the list.
      place = Place(place.source, actual.range.union(numbers[numbers.count - 1].range))
      replacement = "[\(numbers.map { Place(place.source, $0.range).text }.joined(separator: ", "))]"
    } else if let elements = given.elements, actual.expression?.isCallOrName == true, isObjects(elements, of: type) {
      replacement = "\(place.text)[1]"
      notes = ["the list holds \(elements.count) of them; split returns such a list, [train, test]"]
    } else if let choice = registry.choice(from: given, place.text, for: type) {
      replacement = choice
    } else if case .name(let name)? = actual.expression?.kind, let word = Synonym.of(name, among: words) {
      replacement = word
    } else if let neighbours, let use = neighbours.otherUse(of: given, actual, in: place.source) {
      let call = WrittenCall(neighbours.owner, neighbours.actuals, in: place.source)
      replacement = use.code(call)
      label = replacement == nil ? use.advice(call) : ""
      if replacement != nil { place = Place(place.source, neighbours.call.union(actual.range)) }
    }
    if let code = replacement, let name = actual.name, place.range == actual.range {
      replacement = "\(name.text): \(code)"
      place = Place(place.source, name.range.union(place.range))
    }
    return Complaint(
      isOutOfRange ? "out-of-range" : "wrong-type",
      "\(subject) must be \(type.description), but this is \(type.but(given))", label: label,
      replacement: replacement,
      notes: notes + (isOutOfRange ? [] : registry.choices(for: type))
        + (neighbours.map { [$0.signature] } ?? [])
    ).at(place)
  }

  /// Whether a list has elements, and all are objects that a type accepts.
  private func isObjects(_ elements: List, of type: ParameterType) -> Bool {
    !elements.isEmpty && elements.numbers == nil
      && elements.untilStopped.allSatisfy { element in
        if case .object = element { type.accept(element, by: self) != nil } else { false }
      }
  }
}

extension Overloads {
  /// Whether a call without arguments has a value that the name alone has not, unlike the name of a choice.
  var isUsefulAlone: Bool { entries.contains { $0.needsNothing && $0.family == nil } }
}

extension Expression {
  /// Whether an index can follow without parentheses, and selects something that is not written here.
  fileprivate var isCallOrName: Bool {
    switch kind {
    case .call, .name: true
    default: false
    }
  }
}

extension Neighbours {
  /// Whether an argument is the first positional one.
  fileprivate func isFirst(_ actual: Actual) -> Bool { positional.first?.range == actual.range }

  /// Returns the named argument for a string that names a choice of a free parameter.
  fileprivate func quotedChoice(_ value: Value, _ registry: Registry) -> String? {
    guard let parameter = free.first(where: { registry.names(choices: value, for: $0.type) != nil }),
      let name = registry.names(choices: value, for: parameter.type)?.first
    else { return nil }
    return "\(parameter.name): \(name)"
  }

  /// Returns the code for the first two arguments in the other order, if each suits the parameter of the other.
  fileprivate func swapped(
    with actual: Actual, _ given: Value, _ place: Place, _ scope: Scope, _ evaluator: Evaluator
  ) -> (code: String, range: SourceRange)? {
    if case .number = given { return nil }
    guard positional.count >= 2, positional[0].range == actual.range, parameters.count >= 2, !parameters[0].isRest,
      parameters[1].type.accept(given, by: evaluator) != nil,
      let other = try? evaluator.value(of: positional[1], scope),
      parameters[0].type.accept(other, by: evaluator) != nil
    else { return nil }
    if case .any = parameters[1].type { return nil }
    let (first, second) = (positional[0].range, positional[1].range)
    // A piped value does not stand in the parentheses.
    guard first.start >= call.start else { return nil }
    let parts = [SourceRange(call.start, first.start), second, first, SourceRange(second.end, call.end)]
    let texts = parts.map { Place(place.source, $0).text }
    return (texts[0] + texts[1] + ", " + texts[2] + texts[3], call)
  }

  /// Returns the function that is meant if the first argument is of another kind, or nil.
  fileprivate func otherUse(of value: Value, _ actual: Actual, in source: Source) -> ForeignFunction? {
    guard let first = positional.first else { return nil }
    return ForeignFunction.otherUse(of: owner, actuals, first.range == actual.range ? value : nil, in: source)
  }

  /// Returns the arguments from the given one on that are written as numbers, or nil if there is only one.
  fileprivate func numbers(from first: Actual) -> [Actual]? {
    let numbers = positional.drop { $0.range != first.range }.prefix {
      if case .number? = $0.expression?.kind { true } else { false }
    }
    return numbers.count > 1 ? Array(numbers) : nil
  }
}
