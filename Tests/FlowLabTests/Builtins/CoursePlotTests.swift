// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables
import TestSupport
import Testing

@testable import FlowLab

/// Plots of runs and recordings.
struct CoursePlotTests {
  private static let runs = """
    a = train(mlp([2, 3, 1], tanh), xor(16), epochs: 3, validation: xor(8))
    b = train(mlp([2, 3, 1], relu), xor(16), epochs: 2)
    r = recorded(a.flow)

    """

  /// The first line is the legend.
  @Test(
    arguments: [
      ("plot(a)", "● loss   ■ validation_loss"), ("plot(a, b)", "● a   ■ a, validation_loss   ▲ b"),
      ("plot(a, y: grad_norm)", "● layer 1   ■ layer 2"),
      ("plot(b, a, y: grad_norm)", "● b, layer 1   ■ b, layer 2   ▲ a, layer 1   ◆ a, layer 2"),
      ("plot(a, b, x: layer, y: grad_norm)", "● a   ■ b"), ("plot(b, y: learning_rate)", "learning_rate"),
      ("plot(r)", "● layer 1   ■ layer 2"), ("plot(r, r, x: layer, y: delta_rms)", "● 1   ■ 2"),
      ("plot(r, y: weight_norm)", "● layer 1   ■ layer 2"),
    ])
  func legends(call: String, first: String) {
    let text = transcript(Self.runs + call)
    #expect(text.split(separator: "\n").first { !$0.hasPrefix("finished") }.map(String.init) == first, "\(text)")
  }

  /// The columns of our tables that hold a norm, a root mean square, a loss or a ratio, by their descriptions.
  @Test func magnitudesAreFoundByName() {
    func entries<Row>(_ columns: [ColumnEntry<Row>]) -> [(name: String, summary: String)] {
      columns.filter { $0.heading.role == .number }.map { ($0.heading.name, $0.summary) }
    }
    let all = entries(flowColumns) + entries(recordColumns) + entries(stepColumns) + entries(growthColumns)
    let magnitudes = all.filter { _, summary in
      ["norm of", "size of", "mean loss", "delta_rms divided by"].contains { summary.hasPrefix($0) }
    }
    #expect(magnitudes.count >= 15)
    #expect(magnitudes.filter { !Magnitude.isNamed(by: $0.name) }.map(\.name) == [])
    #expect(all.filter { $0.summary.hasPrefix("log10") && Magnitude.isNamed(by: $0.name) }.isEmpty)
  }

  /// The numbers are those of the tables.
  @Test func numbers() {
    let code =
      Self.runs
      + "p = plot(a, y: drift).data\n"
      + "all(map(1..2, fn(l) = all(where(p, series == \"layer {l}\").drift == where(a.flow, layer == l).drift)))"
    #expect(transcript(code).hasSuffix("true\n"), "\(transcript(code))")
  }

  @Test func manyLayersMakeAHeatMap() {
    let code = Self.runs + "c = train(chain(13, tanh, width: 2, inputs: 2), xor(16), epochs: 2)\nplot(c, y: grad_norm)"
    let text = transcript(code)
    #expect(text.contains("layer\n") && text.contains("grad_norm ") && text.contains("░"), "\(text)")
  }

  @Test(
    arguments: [
      ("plot(r, y: loss)", "the recording r has no 'loss'"), ("plot(a, y: nothing)", "nothing"),
      ("plot(a, x: layer)", "the layers of a have no 'loss'"),
    ])
  func errorsAreExplained(call: String, part: String) {
    let message = fault(Self.runs + call)?.message ?? "no error"
    #expect(message.contains(part), "\(message)")
  }
}
