// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The statements that a program has run outside of functions, from which a report takes the code of its objects.
package struct StatementHistory: Sendable {
  /// What a statement does to variables, as far as its code shows.
  private struct Entry {
    let text: String
    /// The variable or function that the statement defines.
    let defined: String?
    /// Whether the statement replaces the whole variable.
    let isWhole: Bool
    /// The names in the statement.
    let used: Set<String>
    /// The names of the functions that the statement calls.
    let called: Set<String>
    /// Whether other statements may need this one in ways that its names do not show.
    let isAlwaysNeeded: Bool
  }

  private var entries: [Entry] = []

  /// The largest number of statements that are kept, and the largest length of each. Older ones are dropped.
  private static let (mostEntries, mostCharacters) = (1000, 4000)

  package init() {}

  /// Adds a statement that was run.
  mutating func add(_ statement: Statement, of source: Source) {
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
    var (defined, isWhole, isAlwaysNeeded): (String?, Bool, Bool) = (nil, false, false)
    switch statement.kind {
    case .assignment(let target, _, _):
      (defined, isWhole) = (Self.root(of: target), target.isName)
      if isWhole, case .assignment(_, let value, _) = statement.kind, let name = defined {
        var usesItself = false
        SyntaxNode.expression(value).walk { node in
          if case .expression(let part) = node, case .name(name) = part.kind { usesItself = true }
          return true
        }
        isWhole = !usesItself
      }
    case .function(let name, _): (defined, isWhole) = (name.text, true)
    case .include: isAlwaysNeeded = true
    case .expression: isAlwaysNeeded = called.contains("seed")
    default: break
    }
    if entries.count >= Self.mostEntries { entries.removeFirst(Self.mostEntries / 4) }
    entries.append(
      Entry(
        text: text, defined: defined, isWhole: isWhole, used: used, called: called, isAlwaysNeeded: isAlwaysNeeded))
  }

  private static func root(of target: Expression) -> String? {
    switch target.kind {
    case .name(let name): name
    case .index(let base, _), .field(let base, _): root(of: base)
    default: nil
    }
  }

  /// Returns the statements that made the values of variables, in order, and the variables that no statement defines.
  ///
  /// - Parameters:
  ///   - names: The variables.
  ///   - changes: Returns whether a function of this name may change an argument.
  package func statements(
    making names: Set<String>, changes: (String) -> Bool
  ) -> (texts: [String], unknown: Set<String>) {
    // Names that no statement defines, such as those of builtins, do not connect statements.
    let defined = Set(entries.compactMap(\.defined))
    var (needed, found): (Set<String>, Set<String>) = (names.intersection(defined), [])
    var texts: [String] = []
    for entry in entries.reversed() {
      let defines = entry.defined.map(needed.contains) ?? false
      let isChange = !entry.used.isDisjoint(with: needed) && entry.called.contains(where: changes)
      guard defines || isChange || entry.isAlwaysNeeded else { continue }
      texts.append(entry.text)
      if let name = entry.defined {
        found.insert(name)
        if entry.isWhole { needed.remove(name) }
      }
      needed.formUnion(entry.used.intersection(defined))
    }
    return (texts.reversed(), names.subtracting(found))
  }
}

extension Expression {
  fileprivate var isName: Bool { if case .name = kind { true } else { false } }
}
