// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The syntax errors of a text, in its order. Lines such as `:set format csv` are no errors.
public func syntaxErrors(in source: Source) -> [Diagnostic] {
  parseAll(MetaLine.split(source).text).faults
}
