// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Runs programs one after another and keeps their global variables.
///
/// Assignments made before an error are kept. All methods must be called on the same thread.
package final class Interpreter {
  /// The state that the programs share.
  package let session: Session
  package let registry: Registry
  private var random: RandomState
  /// What the last program has done.
  package private(set) var trace = Trace()

  /// What a program has done.
  package struct Trace: Sendable {
    /// The statements that were executed to their end.
    package var executed: [Executed] = []
    /// The change of the random numbers.
    package var drawn = RandomState.Change()
    /// The part of it that belongs to a statement which failed after it had changed something, or nil if there is none.
    package var drawnByFailure: RandomState.Change?

    package init() {}
  }

  /// A statement that was executed.
  package struct Executed: Sendable {
    package let statement: Statement
    /// Whether `_` and `ans` hold its value.
    package let isRemembered: Bool
  }

  /// Which values of a program are printed.
  package enum Echo: Sendable {
    /// Bare expressions print their values.
    case script
    /// Assignments print a summary too, and `_` and `ans` hold the last value.
    case prompt
  }

  /// How a program ended.
  package enum Outcome: Equatable, Sendable {
    case finished
    /// The program called `exit(n)`.
    case exit(Int32)
  }

  package init(host: Host, registry: Registry, seed: UInt64 = 0) {
    session = Session(host: host)
    self.registry = registry
    random = RandomState(seed: seed)
    session.provenance.program = host.program
    session.provenance.seed = seed
  }

  /// The settings that `:set` and the command line options change.
  package var settings: Settings {
    get { session.settings }
    set { session.settings = newValue }
  }

  /// The global variables, sorted by name.
  package var globals: [(name: String, value: Value)] {
    session.globals.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Sets a global variable.
  package func define(_ name: String, _ value: Value) { session.globals.set(name, to: value) }

  /// The codes of the errors whose correction may lead to another error in the same statement.
  private static let completed: Set<String> = ["unknown-name", "method-call", "unknown-argument"]

  /// Runs a program. If it has a syntax error, nothing is run.
  @discardableResult
  package func run(_ source: Source, echo: Echo = .script) throws(Diagnostic) -> Outcome {
    trace = Trace()
    let (text, metaLines) = MetaLine.split(source)
    let program: Program
    do throws(Diagnostic) {
      program = try parse(text)
    } catch {
      throw namingColumn(registry.completed(error, known: Set(session.globals.values.keys)))
    }
    session.exitStatus = nil
    // At the prompt, the source is named after the number of the entry.
    session.provenance.script = source.name.hasPrefix("[") ? "prompt" : source.name
    do throws(Diagnostic) {
      try onBigStack { stack throws(Diagnostic) in
        let evaluator = Evaluator(session: session, registry: registry, random: random, stack: stack)
        defer {
          trace.drawn = evaluator.random.change(since: random)
          random = evaluator.random
        }
        try run(program, metaLines, evaluator, Inclusions(of: source, session: session), echo)
      }
    } catch {
      try? session.finishOutput()
      if let status = session.exitStatus { return .exit(status) }
      // Positions in other files, or in functions from earlier entries, say nothing about this source.
      guard error.labels.first?.source === program.source, Self.completed.contains(error.code) else {
        throw error
      }
      throw registry.completed(error, known: Set(session.globals.values.keys))
    }
    do throws(Complaint) {
      try session.finishOutput()
    } catch {
      throw error.at(Place(source, SourceRange(0, 0)))
    }
    return .finished
  }

  private func run(
    _ program: Program, _ metaLines: [MetaLine], _ evaluator: Evaluator, _ inclusions: Inclusions, _ echo: Echo
  ) throws(Diagnostic) {
    let includer = evaluator.source
    evaluator.source = program.source
    defer { evaluator.source = includer }
    var metaLines = metaLines[...]
    for statement in program.statements {
      let (before, changeCount) = (evaluator.random, self.changeCount)
      var hasFailed = true
      defer { if hasFailed, !inclusions.isNested { giveBack(evaluator, before, changeCount) } }
      while let line = metaLines.first, line.place.range.start < statement.range.start {
        try line.run(session)
        metaLines = metaLines.dropFirst()
      }
      if !inclusions.isNested {
        session.history.begin(StatementHistory.Surroundings(random: before, precision: settings.precision))
      }
      var isRemembered = false
      evaluator.naming = naming(statement, program.source, echo)
      switch (echo, statement.kind) {
      case (_, .include(let path, let range)):
        try include(path, at: Place(program.source, range), evaluator, inclusions)
      case (.prompt, .expression(let expression, let silent)):
        let value = try evaluator.evaluate(expression, session.globals)
        if !silent {
          try evaluator.attempt(expression.range) { () throws(Complaint) in try session.show(value, isElided: true) }
        }
        isRemembered = remember(value)
      case (.prompt, .assignment(let target, let value, let silent)):
        let value = try evaluator.evaluate(value, session.globals)
        let shadowed = newlyShadowed(by: target)
        try evaluator.assign(value, to: target, session.globals)
        if !silent {
          try evaluator.attempt(target.range) { () throws(Complaint) in try session.showSummary(value) }
        }
        noteShadowing(of: shadowed, by: "a variable")
        isRemembered = remember(value)
      case (.prompt, .function(let name, _)):
        let shadowed = newlyShadowed(by: Expression(.name(name.text), name.range))
        _ = try evaluator.execute(statement, session.globals, printing: true)
        noteShadowing(of: shadowed, by: "your function")
      default: _ = try evaluator.execute(statement, session.globals, printing: true)
      }
      // The statement that includes a file stands for those in the file.
      if !inclusions.isNested {
        trace.executed.append(Executed(statement: statement, isRemembered: isRemembered))
        session.history.add(statement, of: program.source, randomAfter: evaluator.random)
      }
      hasFailed = false
    }
    for line in metaLines { try line.run(session) }
  }

  /// Returns the place of the value of a statement and the name that it has after it, or nil if it has none.
  private func naming(_ statement: Statement, _ source: Source, _ echo: Echo) -> (place: Place, name: String)? {
    switch statement.kind {
    case .assignment(let target, let value, _):
      guard case .name(let name) = target.kind else { return nil }
      return (Place(source, value.range), name)
    case .expression(let expression, _): return echo == .prompt ? (Place(source, expression.range), "ans") : nil
    default: return nil
    }
  }

  /// The number of changes of variables and objects so far.
  private var changeCount: Int { session.globals.changeCount + session.objectChangeCount }

  /// Gives back the random streams that a statement has drawn before it failed, so that a mistake does not change later
  /// results, unless it has changed something that may depend on them.
  private func giveBack(_ evaluator: Evaluator, _ before: RandomState, _ changeCount: Int) {
    if self.changeCount == changeCount {
      evaluator.random = before
    } else {
      trace.drawnByFailure = evaluator.random.change(since: before)
    }
  }

  /// Runs an included file like a script, unless the program has included it before.
  private func include(
    _ path: String, at place: Place, _ evaluator: Evaluator, _ inclusions: Inclusions
  ) throws(Diagnostic) {
    try inclusions.include(path, at: place) { file throws(Diagnostic) in
      let (text, metaLines) = MetaLine.split(file)
      do throws(Diagnostic) {
        try run(try parse(text), metaLines, evaluator, inclusions, .script)
      } catch {
        var fault = error
        fault.calledFrom.append(Diagnostic.CallSite(function: nil, source: place.source, range: place.range))
        throw fault
      }
    }
  }

  /// Makes `_` and `ans` hold a value, unless it is none. Returns whether they do.
  private func remember(_ value: Value) -> Bool {
    if case .none = value { return false }
    session.globals.set("_", to: value)
    session.globals.set("ans", to: value)
    return true
  }
}
