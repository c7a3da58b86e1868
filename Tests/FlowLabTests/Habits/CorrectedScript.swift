// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// A script after all corrections that the messages about it offer.
struct CorrectedScript {
  private(set) var script: String
  /// The number of corrections.
  private(set) var steps = 0
  /// The error in which the corrections end, or nil if the script runs.
  private(set) var fault: Diagnostic?
  /// What the script prints if it runs.
  private(set) var output = ""

  init(_ script: String) throws {
    self.script = script
    while true {
      let host = ScriptedHost()
      guard let fault = Self.fault(self.script, host) else {
        output = host.output
        return
      }
      if fault.message.hasPrefix("unknown name") || fault.correctedText == nil,
        let complete = Self.completed(self.script, after: fault)
      {
        self.script = complete
        continue
      }
      guard let corrected = fault.correctedText else {
        self.fault = fault
        return
      }
      try #require(corrected != self.script && steps < 8, "the corrections have no end: \(self.script)")
      self.script = corrected
      steps += 1
    }
  }

  /// Returns the first error of a script as the program shows it: found before anything runs, or while running.
  static func fault(_ script: String, _ host: ScriptedHost) -> Diagnostic? {
    host.state.withLock { $0.files["lib.gf"] = [] }
    let interpreter = Interpreter(host: host.host(), registry: .program)
    do throws(Diagnostic) {
      try interpreter.run(Source(name: "test", text: script))
      return nil
    } catch {
      return error
    }
  }

  /// The variables that people have when they type the inputs.
  private static let usual = [
    "x": "[1, 2, 3]", "y": "[4, 5, 6]", "xs": "[1, 2, 3]", "a": "[1, 2, 3]", "b": "[4, 5, 6]", "s": "\"text\"",
    "i": "1",
    "n": "3", "c": "true", "v": "1", "A": "[[1, 2], [3, 4]]", "B": "[[5, 6], [7, 8]]", "f": "fn(v) = v",
    "t": "table([record(a: 1, b: \"x\"), record(a: 3, b: \"y\")])",
    "df": "table([record(a: 1, b: \"x\"), record(a: 3, b: \"y\")])",
    "net": "mlp([2, 8, 1], tanh)", "model": "mlp([2, 8, 1], tanh)", "data": "circles(100)",
    "train_data": "circles(100)",
  ]

  /// Returns a script in which a variable has its usual value, if the error is about its absence.
  private static func completed(_ script: String, after fault: Diagnostic) -> String? {
    guard let match = fault.message.wholeMatch(of: /unknown (?:name|function) '(\w+)'.*/),
      let value = usual[String(match.1)]
    else { return nil }
    let definition = "\(match.1) = \(value)\n"
    return script.hasPrefix(definition) || script.contains("\n\(definition)") ? nil : definition + script
  }
}
