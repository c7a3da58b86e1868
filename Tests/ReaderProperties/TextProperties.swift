// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTerminal

/// Checks that the entries of a history file are the same after they are written and read again.
func brokenHistory(_ bytes: [UInt8]) -> String? {
  let entries = HistoryFile.entries(ofFile: bytes)
  let written = entries.map { HistoryFile.encoded($0) + "\n" }.joined()
  return HistoryFile.entries(ofFile: Array(written.utf8)) == entries ? nil : "rewritten entries read differently"
}

/// Checks that a script can be checked without a trap, and that every error points into its text and can be drawn.
func brokenScript(_ bytes: [UInt8]) -> String? {
  let source = Source(name: "script", bytes: bytes)
  let size = source.text.utf8.count
  let tokens = tokenize(source)
  var end = 0
  for token in tokens {
    guard token.range.end >= token.range.start, token.range.end <= size else {
      return "a token is at \(token.range.start)..<\(token.range.end) of \(size)"
    }
    // An invalid token is appended where the error is detected, but its range begins where the error does.
    if case .invalid = token.kind { continue }
    guard token.range.start >= end else { return "a token begins at \(token.range.start), before \(end)" }
    end = token.range.end
  }
  let faults = staticErrors(in: source, registry: .standard)
  for fault in faults {
    for label in fault.labels where label.range.start > label.range.end || label.range.end > size {
      return "an error points at \(label.range.start)..<\(label.range.end) of \(size)"
    }
    if render(fault, style: DiagnosticStyle(form: .full)).isEmpty { return "an error is drawn as empty text" }
  }
  let isRefused = (try? parse(source)) == nil
  if syntaxErrors(in: source).isEmpty != !isRefused, !source.text.contains(":") {
    return "syntaxErrors(in:) and parse(_:) disagree"
  }
  return nil
}
