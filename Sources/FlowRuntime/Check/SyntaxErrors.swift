// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Returns the syntax errors of a source, followed by errors in lines such as `:set format csv`.
package func syntaxErrors(in source: Source) -> [Diagnostic] {
  let (text, lines) = MetaLine.split(source)
  return parseAll(text).faults + lines.compactMap(\.fault)
}
