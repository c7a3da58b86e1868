// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The syntax errors of a text, in its order; lines such as `:set format csv` are looked at too.
package func syntaxErrors(in source: Source) -> [Diagnostic] {
  let (text, lines) = MetaLine.split(source)
  return parseAll(text).faults + lines.compactMap(\.fault)
}
