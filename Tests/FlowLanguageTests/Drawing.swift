// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns a diagnostic as drawn on a terminal on which the wide characters in the tests take two columns.
func drawing(
  _ diagnostic: Diagnostic, form: DiagnosticStyle.Form = .full, isColored: Bool = false, width: Int? = nil
) -> String {
  render(
    diagnostic,
    style: DiagnosticStyle(form: form, isColored: isColored, width: { width }, characterWidth: terminalWidth)
  ).raw
}

@Sendable func terminalWidth(_ character: Character) -> Int {
  "漢字👩‍👩‍👧".contains(character) ? 2 : 1
}
