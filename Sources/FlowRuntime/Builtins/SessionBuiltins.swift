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
      "show", "Returns the source of a function that was defined with fn.", in: .session,
      [
        Parameter("function", .function, "the function", advice: "show(net) returns the source of a network")
      ],
      gives: "a string", example: "fn square(x) = x^2\nshow(square)", seeAlso: ["help"]
    ) { call throws(Diagnostic) in
      guard case .function(let function) = call.value("function") else {
        throw call.error(
          "wrong-type", "this function is built in, so it has no source", at: "function",
          notes: ["help(\(call.label("function"))) describes it"])
      }
      return .string(function.text)
    },
    Builtin(
      "help", "Prints the page of the manual about a function, a topic or a column.", in: .session,
      [Parameter("topic", .anyWord, default: "\"overview\"", "what to look up, with or without quotes")],
      gives: "none", example: "help(all)", seeAlso: ["type", "show"]
    ) { call throws(Diagnostic) in
      let manual = Manual(session: call.session, registry: call.registry)
      let page = try call.attempt(at: "topic") { () throws(Complaint) in try manual.page(call.string("topic")) }
      try call.attempt { () throws(Complaint) in try call.session.show(.string(page.trimmed)) }
      return .none
    },
    Builtin(
      "seed", "Restarts the random numbers from a seed; the default seed is 0.", in: .session,
      [Parameter("number", .whole(0...Int.max), "the seed")], gives: "none", example: "seed(42)"
    ) { call throws(Diagnostic) in
      call.evaluator.random = RandomState(seed: UInt64(call.whole("number")))
      call.session.provenance.seed = UInt64(call.whole("number"))
      return .none
    },
    Builtin(
      "arg",
      "Reads an argument of the script and converts it to the type of the default, which may also be a choice such as tanh.",
      in: .session,
      [
        Parameter("position", .count, "position of the argument; 1 is the first after the script's name"),
        Parameter("default", .any, default: "none", "the value to use if there is no such argument"),
      ],
      gives: "a value of the type of the default; without a default, a number or a string",
      example: "depth = arg(1, default: 8)\nchain(depth, arg(2, default: tanh))", seeAlso: ["args", "env"]
    ) { call throws(Diagnostic) in
      let position = call.whole("position")
      let arguments = call.session.host.arguments
      call.session.noteArgumentRead(position)
      guard position <= arguments.count else {
        if call.isGiven("default") { return call.value("default") }
        throw call.error(
          "missing-argument",
          "the script needs at least \(counted(position, "argument")), but there are \(arguments.count)")
      }
      return try converted(
        arguments[position - 1], "argument \(position) of the script", like: call.value("default"), call)
    },
    Builtin(
      "args", "Returns all arguments of the script; len(args()) counts them.", in: .session, gives: "a list of strings",
      example: "for name in args() { print(name) }", seeAlso: ["arg"]
    ) { call in
      let arguments = call.session.host.arguments
      for position in arguments.indices { call.session.noteArgumentRead(position + 1) }
      return .list(of: arguments.map(Value.string))
    },
    Builtin(
      "env", "Reads an environment variable and converts it to the type of the default.", in: .session,
      [
        Parameter("name", .string, "name of the variable"),
        Parameter("default", .any, default: "none", "the value to use if the variable is not set"),
      ],
      gives: "a value of the type of the default; without a default, a string",
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
      if case .none = standard { return .string(text) }
      return try converted(text, "the environment variable '\(name)'", like: standard, call)
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
  private static func converted(
    _ text: String, _ what: String, like standard: Value, _ call: Call
  ) throws(Diagnostic) -> Value {
    func mistyped() -> Diagnostic {
      call.error("wrong-type", "\(what) must be \(standard.kind), but it is \(quoted(text))")
    }
    switch standard {
    case .string: return .string(text)
    case .number:
      guard let number = Double(text) else { throw mistyped() }
      return .number(number)
    case .boolean:
      guard let truth = Bool(text) else { throw mistyped() }
      return .boolean(truth)
    case .list, .range:
      guard let list = Self.literal(text) ?? Self.literal("[\(text)]"), list.elements != nil else { throw mistyped() }
      return list
    default:
      guard let family = call.registry.family(of: standard) else {
        return Double(text).map(Value.number) ?? .string(text)
      }
      if let choice = try call.evaluator.choice(text, of: family, at: call.place) { return choice }
      let names = call.registry.choices[family] ?? []
      let near = suggestion(for: text, among: names).map { "did you mean '\($0)'?" } ?? ""
      throw call.error(
        "unknown-choice", "\(what) must be \(withArticle(family.name)), but it is \(quoted(text))", label: near,
        notes: ["it is one of \(names.joined(separator: ", "))"])
    }
  }

  /// Returns the value of a text that is a literal, or nil.
  private static func literal(_ text: String) -> Value? {
    guard let program = try? parse(Source(name: "text", text: text)), program.statements.count == 1,
      case .expression(let expression, _) = program.statements[0].kind
    else { return nil }
    return expression.literal
  }
}

extension Registry {
  /// Returns the family of a choice, or of a function that is also a choice, such as `tanh`.
  fileprivate func family(of value: Value) -> Family? {
    switch value {
    case .object(let object): (object as? Choice)?.family
    case .builtin(let overloads): overloads.entries.lazy.compactMap(\.family).first
    default: nil
    }
  }
}
