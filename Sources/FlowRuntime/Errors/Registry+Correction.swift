// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Registry {
  /// Returns a syntax error with all that has to change in its statement, if one correction leads to others:
  /// `train(net, data, lr=0.1)` needs `:` for `=`, and the rate belongs to the optimizer. If the statement would still not
  /// be legal, the error no longer offers its correction as code.
  ///
  /// - Parameter known: The variables that exist before the program runs.
  package func completed(_ fault: Diagnostic, known: Set<String> = []) -> Diagnostic {
    guard let label = fault.labels.first, var text = fault.correctedText else { return fault }
    if let other = unknownCall(fault, known) ?? comparison(fault, known) { return other }
    let first = label.source.line(holding: label.range.start).range
    let last = label.source.line(holding: label.range.end)
    let next = last.number < label.source.lineCount ? label.source.line(number: last.number + 1) : last.range
    // A block may begin on the next line, unless that is another statement with an error of its own.
    let isOther = parseAll(label.source).faults.contains { other in
      other.labels.first.map { $0.range.start > last.range.end && $0.range.start <= next.end } ?? false
    }
    let after = label.source.text.utf8.count - (isOther ? last.range.end : next.end)
    var steps = 1
    var trail = CorrectionTrail()
    trail.add(label)
    var result = fault
    // Code of several lines is not shown next to the carets.
    var advice = label.text
    while steps < Self.mostCorrections {
      let source = Source(name: label.source.name, text: text, folder: label.source.folder)
      // Other statements may have errors of their own.
      let faults = staticErrors(
        in: source, registry: self, known: known, assumesMethods: true, despiteSyntaxErrors: true)
      guard
        let next = faults.first(where: { fault in
          // A variable that does not exist says nothing about the correction. It may also be a column.
          let advice = fault.labels.first?.text ?? ""
          let isUnknownName =
            fault.code == "unknown-name"
            && (advice.isEmpty || fault.message.hasPrefix("unknown name") && advice.hasPrefix("did you mean"))
          let end = text.utf8.count - after
          return fault.labels.first.map { !isUnknownName && $0.range.start >= first.start && $0.range.end <= end }
            ?? false
        })
      else { break }
      guard let corrected = next.correctedText, corrected != text else {
        return fault.withoutCorrection(then: next, trail)
      }
      if let label = next.labels.first { trail.add(label) }
      if let label = next.labels.first, label.replacement?.contains("\n") == true { advice = label.text }
      result.notes += next.notes.filter { !result.notes.contains($0) && !$0.isSignature }
      text = corrected
      steps += 1
    }
    if fault.code == "equals-in-call" { result.notes.removeAll { $0.hasPrefix("to compare") } }
    guard steps > 1 else { return result }
    let change = TextChange(from: label.source.text, to: text, unchangedEnd: after)
    let isBlock = change.replacement.contains("\n")
    result.labels[0] = Diagnostic.Label(
      label.source, change.range, isBlock ? advice : "", replacement: change.replacement)
    return result
  }

  private static let mostCorrections = 8

  /// Returns the error about words that would be a call if there were a function of the first name, or nil.
  private func unknownCall(_ fault: Diagnostic, _ known: Set<String>) -> Diagnostic? {
    guard fault.code == "missing-parentheses", let label = fault.labels.first, let code = label.replacement,
      let text = fault.correctedText
    else { return nil }
    let name = String(code.prefix { $0 != "(" })
    let place = SourceRange(label.range.start, label.range.start + name.utf8.count)
    let source = Source(name: label.source.name, text: text, folder: label.source.folder)
    let faults = staticErrors(in: source, registry: self, known: known, assumesMethods: true, despiteSyntaxErrors: true)
    // A function of another language has a replacement or advice.
    guard
      let unknown = faults.first(where: { other in
        other.code == "unknown-name" && other.message.hasPrefix("unknown function")
          && other.labels.first.map { $0.range == place && $0.text.isEmpty } == true
      })
    else { return nil }
    let words = label.source.text(in: label.range).split(separator: " ")
    if words.count > 3, words.allSatisfy({ $0.allSatisfy { $0.isLetter || $0 == "'" } }) {
      return .sentence(label.source, label.range)
    }
    var result = unknown
    result.labels = [Diagnostic.Label(label.source, place)]
    return result
  }

  /// Returns the error about a `=` in a call that must be a comparison, as in `where(kind = "oak")`, because the call is
  /// legal with `==` and the function has no argument of this name.
  private func comparison(_ fault: Diagnostic, _ known: Set<String>) -> Diagnostic? {
    guard fault.code == "equals-in-call", let label = fault.labels.first, let named = label.replacement else {
      return nil
    }
    let code = named.replacing(":", with: " ==")
    let other = Diagnostic.Label(label.source, label.range, label.text, replacement: code)
    var result = fault
    result.message = "'=' assigns and is not allowed in a call"
    result.labels[0] = other
    guard let comparing = result.correctedText, let naming = fault.correctedText else { return nil }
    func faults(_ text: String) -> [Diagnostic] {
      staticErrors(
        in: Source(name: label.source.name, text: text, folder: label.source.folder), registry: self, known: known,
        assumesMethods: true, despiteSyntaxErrors: true
      ).filter { ($0.labels.first?.range.end ?? 0) >= label.range.start }
    }
    // An argument of another language has advice of its own.
    let isUnknown = faults(naming).contains {
      $0.code == "unknown-argument" && $0.labels.first?.text.isEmpty == true && $0.notes.allSatisfy(\.isSignature)
    }
    guard isUnknown, faults(comparing).isEmpty else { return nil }
    let advice = result.notes.first { $0.hasPrefix("to compare, ") }
    result.labels[0] = Diagnostic.Label(label.source, label.range, advice ?? "", replacement: code)
    result.notes.removeAll { $0 == advice }
    return result
  }
}

extension Diagnostic {
  /// Returns the diagnostic without code that can be applied, and with the advice of the error that would follow. A `=`
  /// in a call that cannot be right either is not worth correcting.
  ///
  /// - Parameter trail: The corrections after which the next error was found.
  fileprivate func withoutCorrection(then next: Diagnostic, _ trail: CorrectionTrail) -> Diagnostic {
    var result = self
    result.labels = labels.map { Label($0.source, $0.range, $0.text) }
    if code == "equals-in-call", next.phase == .runtime, let label = labels.first, let other = next.labels.first {
      result.code = next.code
      result.message = next.message
      result.labels = [Label(label.source, trail.original(other.range), other.text)]
      result.notes = next.notes
      return result
    }
    // Some errors are about code that only the correction contains.
    let isConsequence = next.code == "unclosed-bracket" || next.labels.first?.text == StaticCheck.assignedLater
    if let advice = next.labels.first?.text, !advice.isEmpty, !isConsequence { result.notes.append("and \(advice)") }
    return result
  }
}

extension String {
  /// Whether a note is the signature of a function.
  fileprivate var isSignature: Bool { hasSuffix(")") && prefix { $0 != "(" }.allSatisfy { $0.isLetter || $0 == "_" } }
}
