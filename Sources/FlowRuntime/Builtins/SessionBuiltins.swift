// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

/// Functions about the program as a whole. To add one, add an entry.
package enum SessionBuiltins {
  package static let builtins: [Builtin] = [
    Builtin(
      "type", "Names the type of a value.", in: .session, [Parameter("value", .any, "the value")],
      gives: "a string", example: "type(1..3)"
    ) { call throws(Diagnostic) in .string(call.value("value").typeName) },
    Builtin(
      "seed", "Restarts the random numbers from a seed; a program starts with seed 0.", in: .session,
      [Parameter("number", .whole(0...Int.max), "the seed")], gives: "none", example: "seed(42)"
    ) { call throws(Diagnostic) in
      call.evaluator.random = RandomState(seed: UInt64(call.whole("number")))
      call.session.provenance.seed = UInt64(call.whole("number"))
      return .none
    },
    Builtin(
      "arg", "Reads an argument of the script and converts it to the type of the default.", in: .session,
      [
        Parameter("position", .count, "position of the argument; 1 is the first after the script's name"),
        Parameter("default", .any, default: "none", "the value to use if there is no such argument"),
      ],
      gives: "a number, boolean or string", example: "arg(1, default: 8)"
    ) { call throws(Diagnostic) in
      let position = call.whole("position")
      let arguments = call.session.host.arguments
      guard position <= arguments.count else {
        if call.isGiven("default") { return call.value("default") }
        throw call.error(
          "missing-argument",
          "the script needs at least \(counted(position, "argument")), but there are \(arguments.count)")
      }
      return try call.attempt { () throws(Complaint) in
        try converted(
          arguments[position - 1], "argument \(position) of the script", like: call.value("default"))
      }
    },
    Builtin(
      "env", "Reads an environment variable and converts it to the type of the default.", in: .session,
      [
        Parameter("name", .string, "name of the variable"),
        Parameter("default", .any, default: "none", "the value to use if the variable is not set"),
      ],
      gives: "a string, or a number or boolean if the default is one",
      example: "env(\"SLURM_ARRAY_TASK_ID\", default: 1)", seeAlso: ["arg"]
    ) { call throws(Diagnostic) in
      let name = call.string("name")
      guard !name.isEmpty, !name.contains("="), !name.utf8.contains(0) else {
        throw call.error("wrong-type", "\(quoted(name)) cannot be the name of an environment variable", at: "name")
      }
      try call.attempt(at: "name") { () throws(Complaint) in
        try call.session.allow("reading an environment variable")
      }
      guard let text = call.session.host.variable(name) else {
        if call.isGiven("default") { return call.value("default") }
        throw call.error(
          "missing-variable", "the environment variable '\(name)' is not set", at: "name",
          notes: ["env(\(quoted(name)), default: \"\") returns an empty string instead"])
      }
      let standard = call.value("default")
      return try call.attempt(at: "name") { () throws(Complaint) in
        if case .none = standard { return .string(text) }
        return try converted(text, "the environment variable '\(name)'", like: standard)
      }
    },
    Builtin(
      "exit", "Ends the program.", in: .session,
      [Parameter("status", .whole(0...255), default: "0", "the exit status; 0 means success")],
      gives: "nothing", example: "if false { exit(3) }"
    ) { call throws(Diagnostic) in
      call.session.exitStatus = Int32(call.whole("status"))
      throw call.error("exit", "exit")
    },
  ]

  /// Converts text from outside to the type of the default. Without a default, it becomes a number if possible. `what`
  /// names the text in an error.
  private static func converted(_ text: String, _ what: String, like standard: Value) throws(Complaint) -> Value {
    func mistyped() -> Complaint {
      Complaint("wrong-type", "\(what) must be \(standard.kind), but it is \(quoted(text))")
    }
    switch standard {
    case .string: return .string(text)
    case .number:
      guard let number = Double(text) else { throw mistyped() }
      return .number(number)
    case .boolean:
      guard let truth = Bool(text) else { throw mistyped() }
      return .boolean(truth)
    default: return Double(text).map(Value.number) ?? .string(text)
    }
  }
}
