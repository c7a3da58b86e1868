// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Registry {
  /// Returns the error about a call of a function that other languages have, or nil.
  func foreignCall(_ name: String, _ arguments: [String], at place: Place) -> Diagnostic? {
    guard let function = ForeignFunction.named(name),
      function.code(arguments) != nil || Synonym.of(name, among: names) == nil
    else { return nil }
    return function.complaint("unknown-name", "unknown function '\(name)'", arguments).at(place)
  }

  /// Returns the error about arguments that do not match a builtin, with the code that is meant if the call is that of a
  /// function of the same name in another language, such as `zeros(3)`.
  func foreignUse(
    of overloads: Overloads, _ names: [String?], _ arguments: [String], at place: Place, instead fault: Diagnostic
  ) -> Diagnostic {
    guard let code = ForeignFunction.named(overloads.name)?.code(arguments, called: overloads.name),
      overloads.entries.allSatisfy({ (try? $0.formals.match(names)) == nil })
    else { return fault }
    return Complaint(fault.code, fault.message, replacement: code, notes: fault.notes).at(place)
  }
}
