// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The variables that are visible at some point of a program.
///
/// Only the thread that created a scope writes to it. Parallel calls read the scopes that their function captures and write
/// to their own scopes, hence the unchecked conformance.
final class Scope: @unchecked Sendable {
  enum Role {
    /// The scope of the program or of the body of a function, in which assignments create variables.
    case body
    /// The scope of the variable of a loop or of the columns of a table. Assignments to other names go to the parent.
    case inner
  }

  private(set) var values: [String: Value]
  /// The number of times that a variable of this scope was set or removed.
  private(set) var changeCount = 0
  let parent: Scope?
  let role: Role
  /// The table whose columns are visible by name. A column becomes a list when its name is used.
  private let table: Table?
  /// The number of rows of this table if the text of a string may differ from row to row.
  let rowCount: Int?

  /// - Parameter byRow: Whether a string that contains columns has one text for each row.
  init(
    _ role: Role = .body, parent: Scope? = nil, values: [String: Value] = [:], columnsOf table: Table? = nil,
    byRow: Bool = true
  ) {
    self.role = role
    self.parent = parent
    self.values = values
    self.table = table
    rowCount = byRow ? table?.rowCount : nil
  }

  /// Returns the value of a name in this scope or the closest enclosing one, or nil.
  func value(of name: String) -> Value? {
    var scope: Scope? = self
    while let current = scope {
      if let value = current.values[name] { return value }
      if let column = current.table?[column: name] { return .list(column.values) }
      scope = current.parent
    }
    return nil
  }

  /// Returns the scope that an assignment to a name changes: an inner scope that contains the name, or else the body.
  func home(of name: String) -> Scope {
    var scope = self
    while scope.role == .inner, scope.values[name] == nil, let parent = scope.parent { scope = parent }
    return scope
  }

  /// Sets a variable of this scope.
  func set(_ name: String, to value: Value) {
    changeCount += 1
    values[name] = value
  }

  /// Removes a variable of this scope and returns its value, which can then be changed in place.
  func take(_ name: String) -> Value? {
    changeCount += 1
    return values.removeValue(forKey: name)
  }

  /// The names of the visible columns.
  var columnNames: [String] { table?.columnNames ?? (role == .inner ? parent?.columnNames ?? [] : []) }

  /// All visible names.
  var names: Set<String> {
    var names = Set(values.keys)
    if let table { names.formUnion(table.columnNames) }
    if let parent { names.formUnion(parent.names) }
    return names
  }
}
