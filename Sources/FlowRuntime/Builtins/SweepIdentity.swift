// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// What must be the same when a sweep goes on: everything that the results of its cells depend on, except the values of the
/// axes and the seed, which identify a cell.
struct SweepIdentity: Equatable {
  /// The code of the function.
  let code: String
  /// The names of the axes, in order.
  let axes: [String]
  /// The variables that the code uses, as assignments.
  let variables: String
  let precision: String
  let version: String

  init(_ function: Value, axes: [String], _ session: Session) {
    var seen: Set<String> = []
    var lines: [String] = []
    code = function.code
    Self.collect(from: function, &seen, &lines)
    self.axes = axes
    variables = lines.joined(separator: "\n")
    precision = session.settings.precision
    version = programVersion
  }

  init(code: String, axes: [String], variables: String, precision: String, version: String) {
    self.code = code
    self.axes = axes
    self.variables = variables
    self.precision = precision
    self.version = version
  }

  /// Adds an assignment for every variable whose name occurs in the code of a function, and for those that occur in the
  /// code of these.
  private static func collect(from value: Value, _ seen: inout Set<String>, _ lines: inout [String]) {
    guard case .function(let function) = value else { return }
    let parameters = Set(function.literal.parameters.map(\.name.text))
    let words = function.code.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
    for word in words where !parameters.contains(word) && !seen.contains(word) {
      guard let value = function.scope.value(of: word) else { continue }
      seen.insert(word)
      lines.append("\(word) = \(value.code)")
      collect(from: value, &seen, &lines)
    }
  }

  /// Returns a phrase for each difference to the sweep in a file.
  func differences(to stored: SweepIdentity) -> [String] {
    var found: [String] = []
    if stored.axes != axes {
      found.append("its axes are \(stored.axes.joined(separator: ", ")), not \(axes.joined(separator: ", "))")
    }
    if stored.code != code { found.append("its function is \(stored.code)") }
    if stored.code == code, stored.variables != variables {
      let changed = Set(stored.variables.split(separator: "\n")).subtracting(variables.split(separator: "\n"))
      found.append("there, \(changed.sorted().joined(separator: ", "))")
    }
    if stored.precision != precision { found.append("its precision is \(stored.precision)") }
    if stored.version != version { found.append("it was computed by gradflow \(stored.version)") }
    return found
  }
}

extension Function {
  /// The source of the function.
  var code: String { Place(source, literal.range).text }
}

extension Value {
  /// The value as text for comparisons.
  fileprivate var code: String {
    switch self {
    case .function(let function): function.code
    case .builtin(let overloads): overloads.name
    case .object(let object): object.identity
    default: source
    }
  }

  /// The value as text that identifies it, or nil if there is no such text, as for a network.
  var identity: String? {
    switch self {
    case .none, .number, .string, .boolean, .range, .builtin: return source
    case .function(let function): return function.code
    case .object(let object): return object is Choice ? source : nil
    case .list(let elements): return elements.allSatisfy { $0.identity != nil } ? source : nil
    case .record(let record): return record.values.allSatisfy { $0.identity != nil } ? source : nil
    case .table: return nil
    }
  }
}
