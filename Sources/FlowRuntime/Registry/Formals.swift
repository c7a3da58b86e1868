// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The parameters of a function as a call sees them. The evaluator and the static check sort arguments by them.
struct Formals: Sendable {
  struct Formal: Sendable {
    let name: String
    let isRequired: Bool
    /// Whether it takes all the positional arguments that are left.
    let isRest: Bool
  }

  /// How messages call the function.
  let owner: String
  let list: [Formal]
  /// Whether names that are no parameters may follow.
  let takesExtra: Bool

  init(_ builtin: Builtin) {
    owner = builtin.name
    list = builtin.parameters.map {
      Formal(name: $0.name, isRequired: $0.standard == nil && !$0.isRest, isRest: $0.isRest)
    }
    takesExtra = builtin.extra != nil
  }

  init(_ literal: FunctionLiteral, name: String?) {
    owner = name ?? "this function"
    list = literal.parameters.map { Formal(name: $0.name.text, isRequired: $0.standard == nil, isRest: false) }
    takesExtra = false
  }

  /// Which argument goes to which parameter; arguments are numbered from 0.
  struct Matching {
    /// One per parameter, nil where the default is to be taken.
    var given: [Int?]
    var rest: [Int] = []
    var extras: [Int] = []
  }

  /// Why arguments do not fit.
  struct Misfit: Error {
    /// What is to be underlined.
    enum Culprit {
      case call
      case argument(Int)
      case name(Int)
    }

    let complaint: Complaint
    let culprit: Culprit
  }

  /// Sorts arguments, of which only the names count; nil stands for a positional one.
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
        let most = list.isEmpty ? "no arguments" : "at most \(counted(list.count, "argument"))"
        throw misfit("too-many-arguments", "\(owner) takes \(most), but there are more", .argument(number))
      }
      if list[next].isRest { matching.rest.append(number) } else { matching.given[next] = number }
    }
    for (formal, number) in zip(list, matching.given) where number == nil && formal.isRequired {
      throw misfit("missing-argument", "missing argument '\(formal.name)' for \(owner)", .call)
    }
    return matching
  }

  /// Sees to it that further named arguments of a call are the parameters of one of these functions, which are the
  /// overloads of a name: `extras` says which of the call's arguments they are.
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
        ? "the parameter '\(formal.name)' of \(theirs.owner) needs another name: \(owner) has an argument of this name"
        : "missing argument '\(formal.name)' for \(theirs.owner)"
      throw Misfit(
        complaint: Complaint(isOwn ? "reserved-name" : "missing-argument", message, notes: [function.signature]),
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
      // The parser has seen to it that no name comes twice.
      matching.extras.append(number)
    } else {
      let known = list.lazy.filter { !$0.isRest }.map(\.name)
      throw Misfit(
        complaint: .unknown("argument", name, of: owner, code: "unknown-argument", among: known), culprit: .name(number)
      )
    }
  }

  private func misfit(_ code: String, _ message: String, _ culprit: Misfit.Culprit) -> Misfit {
    Misfit(complaint: Complaint(code, message), culprit: culprit)
  }
}

/// What a call must know of a function.
struct Callable {
  let formals: Formals
  /// How it is called, for messages.
  let signature: String
}

extension Formals.Misfit {
  /// The diagnostic for a call at a place with these arguments; the signature stands below as a note.
  func at(_ call: Place, _ arguments: [(name: Name?, range: SourceRange)], signature: String) -> Diagnostic {
    let range =
      switch culprit {
      case .call: call.range
      case .argument(let number): arguments[number].range
      case .name(let number): arguments[number].name?.range ?? arguments[number].range
      }
    var diagnostic = complaint.at(Place(call.source, range))
    diagnostic.notes.append(signature)
    return diagnostic
  }
}
