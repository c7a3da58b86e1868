// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns the syntax errors of a source and of the files that it includes, and errors in lines such as
/// `:set format csv`.
package func syntaxErrors(in source: Source, files: IncludedFiles = .none) -> [Diagnostic] {
  files.parts(of: source).flatMap(\.faults)
}
