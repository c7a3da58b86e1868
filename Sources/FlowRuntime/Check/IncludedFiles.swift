// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// How to check the files that a source includes.
package struct IncludedFiles {
  /// The record of the files that have been read, or nil to ignore `include` statements.
  let inclusions: Inclusions?
  /// Whether it is an error if a file cannot be read. Otherwise it may exist by the time the program runs.
  let mustExist: Bool

  /// Ignores the files.
  package static var none: IncludedFiles { IncludedFiles(inclusions: nil, mustExist: false) }

  /// Consecutive statements of one source.
  struct Part {
    let source: Source
    var statements: [Statement] = []
    var faults: [Diagnostic] = []
    /// The `include` statements that lead to the source, from the innermost.
    let includedAt: [Diagnostic.CallSite]

    /// Adds the `include` statements to an error.
    func located(_ fault: Diagnostic) -> Diagnostic {
      var fault = fault
      fault.calledFrom += includedAt
      return fault
    }
  }

  /// Returns the statements of a source and of its included files in the order in which they run.
  func parts(of source: Source) -> [Part] { parts(of: source, includedAt: []) }

  private func parts(of source: Source, includedAt sites: [Diagnostic.CallSite]) -> [Part] {
    let (text, lines) = MetaLine.split(source)
    let (program, faults) = parseAll(text)
    var part = Part(source: program.source, includedAt: sites)
    part.faults = (faults + lines.compactMap(\.fault)).map(part.located)
    var parts: [Part] = []
    for statement in program.statements {
      guard case .include(let path, let range) = statement.kind else {
        part.statements.append(statement)
        continue
      }
      do throws(Diagnostic) {
        try inclusions?.include(path, at: Place(program.source, range)) { file throws(Diagnostic) in
          parts.append(part)
          part = Part(source: program.source, includedAt: sites)
          let site = Diagnostic.CallSite(function: nil, source: program.source, range: range)
          parts += self.parts(of: file, includedAt: [site] + sites)
        }
      } catch {
        if mustExist { part.faults.append(part.located(error)) }
      }
    }
    return parts + [part]
  }
}

extension Array {
  /// Returns the elements sorted by a pair of keys. Elements with equal keys keep their order.
  func stablySorted(by key: (Element) -> (Int, Int)) -> [Element] {
    enumerated().map { (key($0.element), $0.offset, $0.element) }
      .sorted { ($0.0.0, $0.0.1, $0.1) < ($1.0.0, $1.0.1, $1.1) }
      .map(\.2)
  }
}
