// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowTables

extension DiagnosticStyle {
  /// For terminals: carets stand right under wide characters too, by the widths that tables are drawn with.
  public static func terminal(form: Form = .full, isColored: Bool = false, width: Int = 120) -> DiagnosticStyle {
    DiagnosticStyle(form: form, isColored: isColored, width: width) { String($0).displayWidth }
  }
}
