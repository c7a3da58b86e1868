// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The statements that a program has run outside of functions, from which a report takes the code of its objects.
package struct StatementHistory: Sendable {
  /// What a statement does to variables, as far as its code shows.
  private struct Entry {
    let text: String
    /// The variables and functions that the statement defines or changes.
    let defined: Set<String>
    /// Whether the statement always replaces the whole variable.
    let isWhole: Bool
    /// The names in the statement.
    let used: Set<String>
    /// The names of the functions that the statement calls.
    let called: Set<String>
    /// Whether other statements may need this one in ways that its names do not show.
    let isAlwaysNeeded: Bool
    let surroundings: Surroundings
    /// The state of the random numbers after the statement.
    let randomAfter: RandomState
  }

  /// What a statement depends on besides variables.
  struct Surroundings {
    var random = RandomState()
    var precision = Settings().precision
    /// The number of times that the folder was changed.
    fileprivate(set) var moves = 0
  }

  private var entries: [Entry] = []
  /// The surroundings of the statement that is running.
  private var current = Surroundings()
  /// The folders that were changed to, as they were written.
  private var folders: [String] = []

  /// The largest number of statements that are kept, and the largest length of each. Older ones are dropped.
  private static let (mostEntries, mostCharacters) = (1000, 4000)

  package init() {}

  /// Notes that a statement begins.
  mutating func begin(_ surroundings: Surroundings) {
    current = surroundings
    current.moves = folders.count
  }

  /// Notes that the folder to which relative paths refer was changed.
  mutating func move(to folder: String) { folders.append(folder) }

  /// Adds the statement that was begun, after it was run.
  mutating func add(_ statement: Statement, of source: Source, randomAfter: RandomState) {
    let text = Place(source, statement.range).text
    guard text.utf8.count <= Self.mostCharacters else { return }
    var (used, called): (Set<String>, Set<String>) = ([], [])
    SyntaxNode.statement(statement).walk { node in
      guard case .expression(let expression) = node else { return true }
      if case .name(let name) = expression.kind { used.insert(name) }
      if case .call(let callee, _) = expression.kind {
        switch callee.kind {
        case .name(let name): called.insert(name)
        case .field(_, let name): called.insert(name.text)
        default: break
        }
      }
      return true
    }
    var (isWhole, isAlwaysNeeded) = (false, false)
    switch statement.kind {
    case .assignment(let target, let value, _):
      guard case .name(let name) = target.kind else { break }
      isWhole = true
      SyntaxNode.expression(value).walk { node in
        if case .expression(let part) = node, case .name(name) = part.kind { isWhole = false }
        return true
      }
    case .function: isWhole = true
    case .include: isAlwaysNeeded = true
    default: break
    }
    if entries.count >= Self.mostEntries { entries.removeFirst(Self.mostEntries / 4) }
    entries.append(
      Entry(
        text: text, defined: Self.definedNames(in: statement), isWhole: isWhole, used: used, called: called,
        isAlwaysNeeded: isAlwaysNeeded,
        surroundings: current, randomAfter: randomAfter))
  }

  /// Returns the variables and functions that a statement assigns, also in its blocks, but not in functions, which have
  /// variables of their own.
  private static func definedNames(in statement: Statement) -> Set<String> {
    var names: Set<String> = []
    SyntaxNode.statement(statement).walk { node in
      switch node {
      case .statement(let inner):
        if case .assignment(let target, _, _) = inner.kind, let name = root(of: target) { names.insert(name) }
        guard case .function(let name, _) = inner.kind else { return true }
        names.insert(name.text)
        return false
      case .expression(let inner): if case .function = inner.kind { return false } else { return true }
      }
    }
    return names
  }

  private static func root(of target: Expression) -> String? {
    switch target.kind {
    case .name(let name): name
    case .index(let base, _), .field(let base, _): root(of: base)
    default: nil
    }
  }

  /// Returns the statements that made the values of variables, in order, and the variables that no statement defines.
  /// The statement that is running can follow them: with what it draws itself, all of them draw the same random numbers.
  ///
  /// - Parameters:
  ///   - names: The variables.
  ///   - random: The present state of the random numbers.
  ///   - changes: Returns whether a function of this name may change an argument.
  package func statements(
    making names: Set<String>, random: RandomState, changes: (String) -> Bool
  ) -> (texts: [String], unknown: Set<String>) {
    // Names that no statement defines, such as those of builtins, do not connect statements.
    let defined = entries.reduce(into: Set<String>()) { $0.formUnion($1.defined) }
    var (needed, found): (Set<String>, Set<String>) = (names.intersection(defined), [])
    var chosen: [Entry] = []
    for entry in entries.reversed() {
      let defines = !entry.defined.isDisjoint(with: needed)
      let isChange = !entry.used.isDisjoint(with: needed) && entry.called.contains(where: changes)
      guard defines || isChange || entry.isAlwaysNeeded else { continue }
      chosen.append(entry)
      found.formUnion(entry.defined)
      if entry.isWhole { needed.subtract(entry.defined) }
      needed.formUnion(entry.used.intersection(defined))
    }
    var code = Code(folders: folders)
    for entry in chosen.reversed() {
      let draws = entry.surroundings.random != entry.randomAfter
      code.surround(by: entry.surroundings, draws: draws)
      code.lines.append(entry.text)
      if draws { code.surroundings.random = entry.randomAfter }
    }
    // Data that a report draws by itself depends on the seed.
    code.surround(by: current, draws: current.random != random || current.random.seed != code.surroundings.random.seed)
    return (code.lines, names.subtracting(found))
  }

  /// Statements with what makes them independent of those that were left out.
  private struct Code {
    let folders: [String]
    var lines: [String] = []
    /// The surroundings after the statements.
    var surroundings = Surroundings()

    mutating func surround(by wanted: Surroundings, draws: Bool) {
      if wanted.precision != surroundings.precision { lines.append(":set precision \(wanted.precision)") }
      lines += folders[surroundings.moves..<wanted.moves].map { ":cd \($0)" }
      (surroundings.precision, surroundings.moves) = (wanted.precision, wanted.moves)
      let change = wanted.random.change(since: surroundings.random)
      guard draws, !change.isEmpty else { return }
      lines.append(change.code + (change.drawn > 0 ? "  # random numbers of statements that are left out" : ""))
    }
  }
}

extension Expression {
  fileprivate var isName: Bool { if case .name = kind { true } else { false } }
}
