// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension DiagnosticStyle {
  /// Returns a style for terminals, which measures characters like the tables do, so that carets also line up below wide
  /// characters.
  package static func terminal(
    form: Form = .full, isColored: Bool = false, width: @escaping @Sendable () -> Int? = { nil }
  ) -> DiagnosticStyle {
    DiagnosticStyle(
      form: form, isColored: isColored, width: width, characterWidth: { String($0).displayWidth },
      wrap: { $0.wrapped($1, cuttingWords: false) })
  }
}
