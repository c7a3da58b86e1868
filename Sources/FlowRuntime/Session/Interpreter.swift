// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Runs programs of the language against a host, one after the other, and keeps their names.
///
/// Errors leave the names as they are at that moment. All methods belong to one thread.
package final class Interpreter {
  /// What the programs share.
  package let session: Session
  private var random: RandomState

  /// How the values of a program show.
  package enum Echo: Sendable {
    /// Bare expressions print their values.
    case script
    /// Assignments show a line too, and `_` and `ans` keep the last value.
    case prompt
  }

  /// How a program ended.
  package enum Outcome: Equatable, Sendable {
    case finished
    /// By `exit(n)`.
    case exit(Int32)
  }

  /// Creates an interpreter of the language with the builtins of a registry.
  package init(host: Host, registry: Registry, seed: UInt64 = 0) {
    session = Session(host: host, registry: registry)
    random = RandomState(seed: seed)
  }

  /// What `:set` and the options change.
  package var settings: Settings {
    get { session.settings }
    set { session.settings = newValue }
  }

  /// The names that programs have defined, sorted.
  package var globals: [(name: String, value: Value)] {
    session.globals.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Gives a name a value before a program runs.
  package func define(_ name: String, _ value: Value) { session.globals.set(name, to: value) }

  /// Runs a text. Nothing of it is run if it cannot be read.
  @discardableResult
  package func run(_ source: Source, echo: Echo = .script) throws(Diagnostic) -> Outcome {
    let (text, metaLines) = MetaLine.split(source)
    let program = try parse(text)
    session.exitStatus = nil
    do throws(Diagnostic) {
      try onBigStack { stack throws(Diagnostic) in
        let evaluator = Evaluator(session: session, random: random, stack: stack)
        defer { random = evaluator.random }
        try run(program, metaLines, evaluator, echo)
      }
    } catch {
      try? session.finishOutput()
      if let status = session.exitStatus { return .exit(status) }
      throw error
    }
    do throws(Complaint) {
      try session.finishOutput()
    } catch {
      throw error.at(Place(source, SourceRange(0, 0)))
    }
    return .finished
  }

  private func run(
    _ program: Program, _ metaLines: [MetaLine], _ evaluator: Evaluator, _ echo: Echo
  ) throws(Diagnostic) {
    evaluator.source = program.source
    var metaLines = metaLines[...]
    for statement in program.statements {
      while let line = metaLines.first, line.place.range.start < statement.range.start {
        try line.run(session)
        metaLines = metaLines.dropFirst()
      }
      switch (echo, statement.kind) {
      case (.prompt, .expression(let expression, let silent)):
        let value = try evaluator.evaluate(expression, session.globals)
        if !silent {
          try evaluator.attempt(expression.range) { () throws(Complaint) in try session.show(value, isElided: true) }
        }
        remember(value)
      case (.prompt, .assignment(let target, let value, let silent)):
        let value = try evaluator.evaluate(value, session.globals)
        try evaluator.assign(value, to: target, session.globals)
        if !silent {
          try evaluator.attempt(target.range) { () throws(Complaint) in try session.showSummary(value) }
        }
        remember(value)
      default: _ = try evaluator.execute(statement, session.globals, printing: true)
      }
    }
    for line in metaLines { try line.run(session) }
  }

  private func remember(_ value: Value) {
    if case .none = value { return }
    session.globals.set("_", to: value)
    session.globals.set("ans", to: value)
  }
}
