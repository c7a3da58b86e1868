// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowTables

/// A summary of the gradient of a network or a training run, ready to be shown in the terminal or on a page.
struct Report: Sendable {
  let title: String
  /// What happened, in sentences.
  let story: [String]
  let findings: [Finding]
  /// What there is to say about a training run without findings; nil if nothing is wrong.
  let remark: RunVerdict.Remark?
  /// The result of `diagnose`.
  let problems: Table
  /// The network, the data and the training.
  let facts: [Fact]
  /// A picture of the network, if it is small.
  let diagram: LayerDiagram?
  /// Which weights the picture shows, in words.
  let state: String
  /// The layers of the network.
  let layers: Table
  /// The flow of the network, or before and after training.
  let flows: [Part]
  let figures: [Figure]
  /// The code that makes the report.
  let code: String
  /// The program, the seed and the script.
  let provenance: String

  /// A problem that was found.
  struct Finding {
    /// The symptom, and its layer if it has one.
    let heading: String
    let cause: String
    let evidence: String
    /// The effect of removing the cause.
    let test: String
    let remedies: [(remedy: String, reason: String)]
    /// The code that applies the first remedy, or an empty text.
    let change: String
  }

  typealias Fact = (name: String, value: String, isCode: Bool)
  typealias Part = (caption: String, table: Table)

  /// A plot of curves, its caption, and what it shows in one sentence.
  struct Figure {
    let plot: Plot
    let caption: String
  }

  /// The layers that the last flow marks although they are not a problem by themselves, in words; nil if there are none.
  private var marks: String? {
    guard let table = flows.last?.table, let states = table[column: "state"] else { return nil }
    var layers: [(state: String, numbers: [Int])] = []
    for row in 0..<table.rowCount {
      guard case .text(let state) = states[row], state != "ok" else { continue }
      if let place = layers.firstIndex(where: { $0.state == state }) {
        layers[place].numbers.append(row + 1)
      } else {
        layers.append((state, [row + 1]))
      }
    }
    let phrases = layers.map { layer in
      let numbers = layer.numbers
      let isRun = numbers.count > 2 && numbers[numbers.count - 1] - numbers[0] == numbers.count - 1
      let list =
        isRun ? "\(numbers[0]) to \(numbers[numbers.count - 1])" : numbers.map(String.init).joined(separator: ", ")
      return numbers.count == 1 ? "layer \(list) is marked \(layer.state)" : "layers \(list) are marked \(layer.state)"
    }
    return phrases.isEmpty ? nil : phrases.joined(separator: " and ")
  }

  /// Whether nothing at all is conspicuous.
  var isGood: Bool { findings.isEmpty && isHealthy && marks == nil }

  private var isHealthy: Bool { remark?.isHealthy ?? true }

  /// The notes of `diagnose` on the absence of findings.
  private var notes: [String] { remark?.notes ?? [DiagnoseBuiltins.noProblems] }

  /// The sentences after the verdict: the other notes of `diagnose`, and what happened.
  var explanation: [String] { (findings.isEmpty ? notes.dropFirst().map(\.sentence) : []) + story }

  /// The judgement in one sentence.
  var verdict: String {
    switch findings.count {
    case 0: (notes[0] + (isHealthy ? marks.map { ", although \($0)" } ?? "" : "")).sentence
    case 1: "One problem found: \(findings[0].heading)."
    default: "\(findings.count) problems found: \(findings.map(\.heading).joined(separator: "; "))."
    }
  }
}
