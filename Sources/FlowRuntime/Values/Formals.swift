// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The parameters of a function, to which the evaluator and the static check match arguments.
struct Formals: Sendable {
  struct Formal: Sendable {
    let name: String
    let isRequired: Bool
    /// Whether the parameter takes all remaining positional arguments.
    let isRest: Bool
  }

  /// The name of the function in messages.
  let owner: String
  let list: [Formal]
  /// Whether named arguments that match no parameter are accepted.
  let takesExtra: Bool

  /// Creates the parameters of a builtin.
  init(owner: String, _ list: [Formal], takesExtra: Bool) {
    self.owner = owner
    self.list = list
    self.takesExtra = takesExtra
  }

  /// Creates the parameters of a function of the language.
  init(_ literal: FunctionLiteral, name: String?) {
    owner = name ?? "this function"
    list = literal.parameters.map { Formal(name: $0.name.text, isRequired: $0.standard == nil, isRest: false) }
    takesExtra = false
  }

  /// The assignment of arguments, numbered from 0, to parameters.
  struct Matching {
    /// The number of the argument for each parameter, or nil if the default applies.
    var given: [Int?]
    var rest: [Int] = []
    var extras: [Int] = []
  }

  /// An error about arguments that do not match the parameters.
  struct Misfit: Error {
    /// The part of the call to underline.
    enum Culprit {
      case call
      case argument(Int)
      case name(Int)
    }

    let complaint: Complaint
    let culprit: Culprit
    /// The code to write instead of a named argument, with `$v` for its value, or nil. Empty to leave it out.
    var template: String?

    /// Whether the argument to write instead is known.
    var isCorrectable: Bool { template?.isEmpty == false }
  }

  /// Assigns arguments to parameters, given the name of each argument or nil for a positional one.
  func match(_ names: [String?]) throws(Misfit) -> Matching {
    var matching = Matching(given: Array(repeating: nil, count: list.count))
    var next = 0
    for (number, name) in names.enumerated() {
      if let name {
        try place(number, named: name, in: &matching)
        continue
      }
      while next < list.count, !list[next].isRest, matching.given[next] != nil { next += 1 }
      guard next < list.count else {
        let most = "at most \(counted(list.count, "argument"))"
        throw misfit(
          "too-many-arguments",
          list.isEmpty ? "\(owner) takes no arguments" : "\(owner) takes \(most), but there are more",
          .argument(number))
      }
      if list[next].isRest { matching.rest.append(number) } else { matching.given[next] = number }
    }
    for (formal, number) in zip(list, matching.given) where number == nil && formal.isRequired {
      throw misfit("missing-argument", "missing argument '\(formal.name)' for \(owner)", .call)
    }
    return matching
  }

  /// Checks that the further named arguments of a call match the parameters of at least one overload of a function.
  ///
  /// - Parameters:
  ///   - extras: The numbers of these arguments.
  ///   - names: The names of all arguments of the call.
  ///   - functions: The overloads.
  func match(_ extras: [Int], of names: [String?], to functions: [Callable]) throws(Misfit) {
    var first: Misfit?
    for function in functions {
      do throws(Misfit) {
        return try match(extras, of: names, to: function)
      } catch {
        first = first ?? error
      }
    }
    if let first { throw first }
  }

  private func match(_ extras: [Int], of names: [String?], to function: Callable) throws(Misfit) {
    let theirs = function.formals
    for number in extras {
      guard let name = names[number], !theirs.list.contains(where: { $0.name == name }) else { continue }
      throw Misfit(
        complaint: .unknown(
          "argument", name, of: theirs.owner, code: "unknown-argument", among: (theirs.list + list).map(\.name),
          notes: [function.signature]), culprit: .name(number))
    }
    for formal in theirs.list where formal.isRequired && !extras.contains(where: { names[$0] == formal.name }) {
      let isOwn = list.contains { $0.name == formal.name }
      let message =
        isOwn
        ? "rename the parameter '\(formal.name)' of \(theirs.owner): \(owner) has an argument of the same name"
        : "missing argument '\(formal.name)' for \(theirs.owner)"
      throw Misfit(
        complaint: Complaint(
          isOwn ? "reserved-name" : "missing-argument", message,
          notes: [function.signature]
            + (names.contains("seeds") && !isOwn ? ["each of the seeds is set before the call, not passed to it"] : [])),
        culprit: .call)
    }
  }

  private func place(
    _ number: Int, named name: String, in matching: inout Matching
  ) throws(Misfit) {
    if let index = list.firstIndex(where: { $0.name == name && !$0.isRest }) {
      guard matching.given[index] == nil else {
        throw misfit("duplicate-argument", "'\(name)' of \(owner) is given twice", .argument(number))
      }
      matching.given[index] = number
    } else if takesExtra {
      // The parser rejects duplicate names.
      matching.extras.append(number)
    } else {
      let known = list.filter { !$0.isRest }.map(\.name)
      let advice = ForeignWord.advice(forArgument: name, of: owner).map { [$0] } ?? []
      // What looks similar is not meant if there is advice.
      let similar = advice.isEmpty || Synonym.of(name, among: known) != nil ? known : []
      throw Misfit(
        complaint: .unknown("argument", name, of: owner, code: "unknown-argument", among: similar, notes: advice),
        culprit: .name(number),
        template: Synonym.argument(for: name, among: known)
          ?? (similar.isEmpty || !ForeignWord.isSuperfluous(argument: name) ? nil : ""))
    }
  }

  private func misfit(_ code: String, _ message: String, _ culprit: Misfit.Culprit) -> Misfit {
    Misfit(complaint: Complaint(code, message), culprit: culprit)
  }
}

/// A function with its parameters and its signature, for checking a call.
struct Callable {
  let formals: Formals
  let signature: String
}

extension Formals.Misfit {
  /// Returns the diagnostic for a call at a location with the given arguments, with the signature as a note.
  ///
  /// - Parameter isChoice: Whether a name is that of a choice.
  func at(
    _ call: Place, _ arguments: [(name: Name?, range: SourceRange)], signature: String, isChoice: (String) -> Bool
  ) -> Diagnostic {
    let range =
      switch culprit {
      case .call: call.range
      case .argument(let number): arguments[number].range
      case .name(let number): arguments[number].name?.range ?? arguments[number].range
      }
    var diagnostic = complaint.at(Place(call.source, range))
    if case .name(let number) = culprit {
      let first = arguments.first { $0.name == nil }.map { Place(call.source, $0.range).text }
      let value = Place(call.source, arguments[number].range).text
      // The elements of a list of numbers have no rows and columns.
      if first.map({ $0.hasPrefix("[") && !$0.dropFirst().contains("[") }) == true {
        diagnostic.notes.removeAll { $0.contains("transpose(") }
      }
      diagnostic.notes = diagnostic.notes.map { $0.replacing("$1", with: first ?? "x").replacing("$v", with: value) }
    }
    if case .name(let number) = culprit, let template, let name = arguments[number].name {
      let value = Place(call.source, arguments[number].range)
      let previous = number > 0 ? arguments[number - 1].range : name.range
      let gap = call.source.text(in: SourceRange(min(previous.end, name.range.start), name.range.start))
      guard !template.isEmpty || gap.allSatisfy({ $0 == "," || $0.isWhitespace }) else { return diagnostic }
      if let given = arguments.firstIndex(where: { $0.name.map { template.hasPrefix("\($0.text):") } ?? false }) {
        diagnostic.labels = [label(joining: template, given, number, of: arguments, in: call.source, isChoice)]
        diagnostic.notes.append(signature)
        return diagnostic
      }
      let start = template.isEmpty ? min(previous.end, name.range.start) : name.range.start
      diagnostic.labels = [
        Diagnostic.Label(
          call.source, SourceRange(start, value.range.end),
          replacement: template.replacing("$v", with: value.text).unnegated)
      ]
    }
    diagnostic.notes.append(signature)
    return diagnostic
  }
}

extension String {
  /// The text without `not` before a literal.
  fileprivate var unnegated: String { replacing("not false", with: "true").replacing("not true", with: "false") }
}
