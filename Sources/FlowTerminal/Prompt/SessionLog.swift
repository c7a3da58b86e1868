// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// What a session has run, and the script that runs it again.
///
/// At the prompt, `_` and `ans` hold the value of the last statement that has one. In a script they are ordinary
/// variables, so the script names the values that are used: `value_3 = ...`.
struct SessionLog {
  /// A source and what was executed of it.
  struct Run {
    let source: Source
    let trace: Interpreter.Trace
    /// Whether all of it was executed.
    let isComplete: Bool
    /// Whether Ctrl-C ended a computation of it early.
    var isInterrupted = false

    fileprivate var executed: [Interpreter.Executed] { trace.executed }
    fileprivate var isEmpty: Bool { !isComplete && executed.isEmpty }
  }

  private enum Item {
    case run(Run)
    /// A script whose names are not used, but which has drawn random streams.
    case streams(RandomState.Change)
    /// A command to the prompt that scripts have too, such as `:set width 60`.
    case command(String)
  }

  private var items: [Item] = []
  /// The scripts that ran before the first entry, such as the start-up file.
  private var preamble: [Run] = []

  /// The number of entries in the script, and of those that would not give the same values.
  var summary: String {
    let count = items.count { item in if case .run(let run) = item { !run.isEmpty } else { true } }
    let interrupted = items.count { item in
      if case .run(let run) = item { !run.isEmpty && run.isInterrupted } else { false }
    }
    return (count == 1 ? "1 entry" : "\(count) entries")
      + (interrupted > 0 ? "; \(interrupted) of them interrupted, which the script computes to the end" : "")
  }

  mutating func add(_ run: Run) {
    if !run.isEmpty || run.trace.drawnByFailure != nil { items.append(.run(run)) }
  }

  /// Adds a script that ran before the first entry. It becomes part of the session's script if that uses one of its
  /// names.
  mutating func add(preamble run: Run) { preamble.append(run) }

  mutating func add(command: String) { items.append(.command(command)) }

  var script: String {
    let entries = items.compactMap { item in if case .run(let run) = item { run } else { nil } }
    let used = Set(entries.flatMap { $0.source.names })
    func isNeeded(_ run: Run) -> Bool { run.executed.contains { !used.isDisjoint(with: $0.statement.definedNames) } }
    let needed = preamble.filter(isNeeded)
    let begin = preamble.map { run in
      isNeeded(run) ? Item.run(run) : .streams(run.trace.drawn)
    }
    let items = begin + items
    let runs = needed + entries
    let uses = runs.map { run in run.executed.map { LastValueUses(in: $0.statement) } }
    // A function, for example, uses the value that is the last one when it is called.
    let isDynamic = uses.contains { $0.contains(where: \.isDynamic) }
    var namer = ValueNamer(runs, uses, isDynamic: isDynamic)
    return items.map { item in
      switch item {
      case .command(let command): command + "\n"
      case .run(let run): Self.interruption(of: run) + namer.text(of: run) + Self.failure(of: run)
      case .streams(let change): Self.drawing(change)
      }
    }.joined()
  }

  /// Returns a comment about an entry that has the values of a computation that did not reach its end.
  private static func interruption(of run: Run) -> String {
    if run.isEmpty || !run.isInterrupted { return "" }
    return "# Ctrl-C interrupted this; the script computes it to the end:\n"
  }

  /// Returns a comment about a statement that failed after it had changed something, and statements that draw what it
  /// has drawn.
  private static func failure(of run: Run) -> String {
    guard let drawn = run.trace.drawnByFailure else { return "" }
    let start = run.executed.last?.statement.range.end ?? 0
    let rest = String(decoding: Array(run.source.text.utf8)[start...], as: UTF8.self)
    let code = rest.drop { $0.isWhitespace || $0 == ";" }.split(separator: "\n", omittingEmptySubsequences: false)
    return "# This failed after it had changed something, so it is not repeated:\n"
      + code.map { "#   \($0)\n" }.joined() + drawing(drawn)
  }

  /// Returns statements that change the state of the random numbers, so that later statements draw the same ones as in
  /// the session.
  private static func drawing(_ change: RandomState.Change) -> String {
    change.isEmpty ? "" : change.code + "  # random numbers of an entry that is left out\n"
  }
}

/// Writes the runs of a session with names for the values that later statements use.
private struct ValueNamer {
  private let uses: [[LastValueUses]]
  private let isDynamic: Bool
  /// The names of the values that are used, by the number of the statement.
  private var names: [Int: String] = [:]
  private var runNumber = 0
  private var statementNumber = 0
  /// The name of the value that `_` holds at this point.
  private var last: String?

  init(_ runs: [SessionLog.Run], _ uses: [[LastValueUses]], isDynamic: Bool) {
    self.uses = uses
    self.isDynamic = isDynamic
    if isDynamic { return }
    var taken: Set<String> = []
    for run in runs { taken.formUnion(run.source.names) }
    var number = 0
    var origin: (statement: Int, run: Int)?
    for (place, run) in runs.enumerated() {
      for (statement, uses) in zip(run.executed, uses[place]) {
        if let origin, !uses.ranges.isEmpty, names[origin.statement] == nil {
          var name = "value_\(origin.run + 1)"
          while !taken.insert(name).inserted { name += "_" }
          names[origin.statement] = name
        }
        if statement.isRemembered { origin = (number, place) }
        number += 1
      }
    }
  }

  /// Returns the text of the next run.
  mutating func text(of run: SessionLog.Run) -> String {
    var edits: [Edit] = []
    for (executed, uses) in zip(run.executed, uses[runNumber]) {
      if !isDynamic, let last { edits += uses.ranges.map { Edit(range: $0, text: last) } }
      if executed.isRemembered {
        let name = isDynamic ? "_" : names[statementNumber]
        if let name { edits += naming(executed.statement, name, in: run.source) }
        last = name
      }
      statementNumber += 1
    }
    runNumber += 1
    let bytes = Array(run.source.text.utf8)
    let end = run.isComplete ? bytes.count : run.executed.last?.statement.range.end ?? 0
    let isSilenced = !run.isComplete && run.executed.last.map { isSilent($0.statement) } == true
    if run.isEmpty { return "" }
    return edited(bytes[..<end], edits) + (isSilenced ? ";" : "") + "\n"
  }

  /// Returns the changes that give a name to the value of a statement.
  private func naming(_ statement: Statement, _ name: String, in source: Source) -> [Edit] {
    let both = isDynamic ? "\nans = _" : ""
    let end = SourceRange(statement.range.end, statement.range.end)
    switch statement.kind {
    case .assignment(let target, _, _):
      let target = source.text(in: target.range)
      return [Edit(range: end, text: "\n\(name) = \(target)\(both)")]
    default:
      let start = SourceRange(statement.range.start, statement.range.start)
      let shown = isSilent(statement) ? "" : "\n\(name)"
      return [Edit(range: start, text: "\(name) = "), Edit(range: end, text: both + shown)]
    }
  }

  private func isSilent(_ statement: Statement) -> Bool {
    switch statement.kind {
    case .expression(_, let silent), .assignment(_, _, let silent): silent
    default: false
    }
  }

  private struct Edit {
    let range: SourceRange
    let text: String
  }

  private func edited(_ bytes: ArraySlice<UInt8>, _ edits: [Edit]) -> String {
    var result: [UInt8] = []
    var place = 0
    // At the same place, text is inserted before the text there is replaced.
    for edit in edits.sorted(by: { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }) {
      result += bytes[place..<edit.range.start] + edit.text.utf8
      place = edit.range.end
    }
    return String(decoding: result + bytes[place...], as: UTF8.self)
  }
}

extension Source {
  /// All names in the text.
  fileprivate var names: Set<String> {
    Set(tokenize(self).compactMap { token in if case .name(let name) = token.kind { name } else { nil } })
  }
}

extension Statement {
  /// The global variables that the statement assigns, at least those that it always assigns.
  fileprivate var definedNames: Set<String> {
    switch kind {
    case .assignment(let target, _, _): if case .name(let name) = target.kind { [name] } else { [] }
    case .function(let name, _): [name.text]
    default: []
    }
  }
}
