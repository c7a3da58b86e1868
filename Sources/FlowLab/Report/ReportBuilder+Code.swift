// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

extension ReportBuilder {
  /// The builtins that change a network that they are given.
  private static let changing: Set = ["train", "pretrain", "calibrate", "load"]

  /// Returns the code that makes the arguments of the report, and what it says about the weights of a network.
  ///
  /// - Parameters:
  ///   - argument: The name of the argument on which the report is.
  ///   - unknown: The code of that argument if the program has not shown how it was made.
  func statements(making argument: String, unknown: String) -> (lines: [String], state: String) {
    let registry = call.evaluator.registry
    func changes(_ name: String) -> Bool { Self.changing.contains(name) || registry[name] == nil }
    // An argument may be an expression, whose names are those of variables and functions.
    func names(_ argument: String) -> Set<String> {
      guard call.isGiven(argument), let program = try? parse(Source(name: "", text: call.label(argument))) else {
        return []
      }
      var names: Set<String> = []
      program.walk { node in
        if case .expression(let expression) = node, case .name(let name) = expression.kind { names.insert(name) }
        return true
      }
      return names
    }
    let (texts, undefined) = call.session.history.statements(
      making: names(argument).union(names("data")), random: call.evaluator.random, changes: changes)
    let missing = undefined.filter { registry[$0] == nil }
    let main = names(argument).subtracting(undefined.subtracting(missing))
    var lines = texts
    let isUnknown = !main.isDisjoint(with: missing)
    if main.isEmpty {
      lines += unknown.split(separator: "\n").map(String.init)
    } else if let assignment = call.assignment(of: argument), !isUnknown {
      lines.append(assignment)
    } else if isUnknown {
      lines += ["# The program does not show how this was made. Its layers, or the training, are:"]
      lines += unknown.split(separator: "\n").map(String.init)
    }
    for name in missing.subtracting(main).sorted() {
      lines.append("# The program does not show how '\(name)' was made.")
    }
    let isTrained = texts.contains { text in Self.changing.contains { text.contains("\($0)(") } }
    // Such as net[1].weight = ..., also within a loop.
    let isAssigned = texts.contains { $0.contains(/[\])]\.\w+\s*=[^=]/) }
    let state =
      isUnknown
      ? "current; the program does not show whether the network was trained"
      : isTrained
        ? "after training; see the code below"
        : isAssigned ? "changed by the code below" : "initial; the network was not trained"
    return (lines, state)
  }
}
