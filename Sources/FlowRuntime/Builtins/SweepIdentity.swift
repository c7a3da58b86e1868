// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The part of a sweep that must not change when the sweep continues: the dependencies of the results, except for the
/// values of the axes and the seed, which identify a cell. The contents of files that the function reads are not
/// compared.
struct SweepIdentity: Equatable {
  /// The code of the function.
  let code: String
  /// The names of the axes, in order.
  let axes: [String]
  /// The variables that the code uses, and the values that it reads from the environment and the command line, as
  /// assignments.
  let variables: String
  let precision: String
  let version: String

  init(_ function: Value, axes: [String], _ session: Session) throws(Complaint) {
    code = function.code
    self.axes = axes
    variables = try SweepDependencies(of: function, session).assignments.joined(separator: "\n")
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

  /// Returns assignments in order, without the ends of long ones.
  private static func phrases(_ assignments: Set<Substring>) -> [String] {
    assignments.sorted().map { $0.utf8.count > 120 ? "\($0.prefix(100))..." : String($0) }
  }

  /// Returns a phrase for each difference to the sweep in a file.
  func differences(to stored: SweepIdentity) -> [String] {
    var found: [String] = []
    if stored.axes != axes {
      found.append("its axes are \(stored.axes.joined(separator: ", ")), not \(axes.joined(separator: ", "))")
    }
    if stored.code != code { found.append("its function is \(stored.code)") }
    if stored.code == code, stored.variables != variables {
      let (there, here) = (Set(stored.variables.split(separator: "\n")), Set(variables.split(separator: "\n")))
      let (lost, new) = (Self.phrases(there.subtracting(here)), Self.phrases(here.subtracting(there)))
      found.append(
        lost.isEmpty
          ? "in this sweep, " + (new.isEmpty ? "a function that it calls is different" : new.joined(separator: ", "))
          : "in the file, \(lost.joined(separator: ", "))")
    }
    if stored.precision != precision { found.append("its precision is \(stored.precision)") }
    if stored.version != version { found.append("it was computed by gradflow \(stored.version)") }
    return found
  }
}

extension Value {
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
