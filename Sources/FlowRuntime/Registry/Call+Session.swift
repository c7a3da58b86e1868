// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

extension Call {
  /// The threads of the engine.
  package var pool: ThreadPool { session.pool }

  /// Whether a long computation is to end; `checkInterrupt` afterwards says why.
  package var isStopped: @Sendable () -> Bool {
    let host = session.host
    return { host.stopReason() != nil }
  }

  /// How an argument can be named in code for the reader: as the caller wrote it where that is a name, else by the
  /// parameter.
  package func sourceName(_ name: String) -> String {
    let text = label(name)
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !text.isEmpty ? text : name
  }

  /// The same where any short expression will do, because nothing is assigned to it. What begins with `start` is not
  /// wanted.
  package func sourceText(_ name: String, unless start: String? = nil) -> String {
    let text = label(name)
    if let start, text.hasPrefix(start) { return name }
    return text.isEmpty || text.count > 40 || text.contains(where: \.isNewline) ? name : text
  }

  /// Names for the values of the rest parameter, which tell them apart: as the caller wrote each, or its number where
  /// that is long or comes twice.
  package var restNames: [String] {
    let texts = restArguments.map(\.label)
    return texts.enumerated().map { index, text in
      let isName = text.count <= 40 && !text.isEmpty && !text.contains(where: \.isNewline)
      return isName && texts.count { $0 == text } == 1 ? text : "\(index + 1)"
    }
  }

  /// Ends the evaluation if there is a reason to.
  package func checkInterrupt() throws(Diagnostic) { try evaluator.checkInterrupt(place.range) }

  /// A new stream for one random use.
  package func draw() -> (seed: UInt64, stream: UInt64) { evaluator.random.next() }
}
