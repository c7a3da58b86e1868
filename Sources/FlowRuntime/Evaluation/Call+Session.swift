// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath

extension Call {
  /// The thread pool for computations.
  package var pool: ThreadPool { session.pool }

  /// Returns the name for an argument in code shown to the user: the argument as the caller wrote it if that is a name,
  /// or else the name of the parameter.
  package func sourceName(_ name: String) -> String {
    let text = label(name)
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !text.isEmpty ? text : name
  }

  /// Returns the argument as code. A name may need backquotes, which its label does not have.
  private func code(_ name: String) -> String {
    let label = label(name)
    return argument(name).expression.flatMap { if case .name(label) = $0.kind { nameCode(label) } else { nil } }
      ?? label
  }

  /// Returns a statement that assigns a copy of the argument to `sourceName`, or nil if the caller wrote just a name.
  package func assignment(of name: String) -> String? {
    let (variable, text) = (sourceName(name), code(name))
    guard variable != text, !text.isEmpty, !text.contains(where: \.isNewline) else { return nil }
    return "\(variable) = copy(\(text))"
  }

  /// Returns the argument as the caller wrote it if it is a short expression on one line that does not begin with `start`,
  /// or else the name of the parameter. Unlike `sourceName`, the result need not be assignable.
  package func sourceText(_ name: String, unless start: String? = nil) -> String {
    let text = code(name)
    if let start, text.hasPrefix(start) { return name }
    return text.isEmpty || text.count > 40 || text.contains(where: \.isNewline) ? name : text
  }

  /// Distinct names for the values of the rest parameter: each value as the caller wrote it, or its number if that text
  /// is long or not unique.
  package var restNames: [String] {
    let texts = restArguments.map(\.label)
    return texts.enumerated().map { index, text in
      let isName = text.count <= 40 && !text.isEmpty && !text.contains(where: \.isNewline)
      return isName && texts.count { $0 == text } == 1 ? text : "\(index + 1)"
    }
  }

  /// Whether all values of the rest parameter are elements of lists that the caller did not write out, so that they have
  /// no names.
  package var restIsUnnamed: Bool {
    restArguments.allSatisfy { if case .position? = $0.part { true } else { false } }
  }

  /// The name by which the next statement of the program can refer to the result of the call, or nil if there is none.
  package var resultName: String? {
    guard let naming = evaluator.naming, naming.place.source === place.source, naming.place.range == place.range else {
      return nil
    }
    return naming.name
  }

  /// Throws if the evaluation should stop.
  package func checkInterrupt() throws(Diagnostic) { try evaluator.checkInterrupt(place.range) }

  /// Returns a new stream of random numbers.
  package func draw() -> (seed: UInt64, stream: UInt64) { evaluator.random.next() }
}
