// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Registry {
  /// Returns a syntax error with the whole statement corrected, if one correction leads to others in the same statement:
  /// `train(net, data, lr=0.1)` needs `:` for `=`, and the rate belongs to the optimizer. If the statement would still not
  /// be legal, the error no longer offers its correction as code.
  func completed(_ fault: Diagnostic) -> Diagnostic {
    guard let label = fault.labels.first, var text = fault.correctedText else { return fault }
    let first = label.source.line(holding: label.range.start).range
    // A block may begin on the next line.
    let last = label.source.line(holding: label.range.end)
    let next = last.number < label.source.lineCount ? label.source.line(number: last.number + 1) : last.range
    let after = label.source.text.utf8.count - next.end
    var steps = 1
    while steps < Self.mostCorrections {
      let source = Source(name: label.source.name, text: text, folder: label.source.folder)
      guard let next = staticErrors(in: source, registry: self).first, let place = next.labels.first?.range,
        place.start >= first.start, place.end <= text.utf8.count - after
      else { break }
      guard let corrected = next.correctedText, corrected != text else { return fault.withoutCorrection(then: next) }
      text = corrected
      steps += 1
    }
    guard steps > 1 else { return fault }
    let source = Source(name: "", text: text)
    let statement = source.text(in: source.line(holding: first.start).range)
    var result = fault
    result.notes.append("together: \(statement.trimmed)")
    return result
  }

  private static let mostCorrections = 8
}

extension Diagnostic {
  /// Returns the diagnostic without code that can be applied, and with the advice of the error that would follow.
  fileprivate func withoutCorrection(then next: Diagnostic) -> Diagnostic {
    var result = self
    result.labels = labels.map { Label($0.source, $0.range, $0.text) }
    if let advice = next.labels.first?.text, !advice.isEmpty { result.notes.append("and \(advice)") }
    return result
  }
}
