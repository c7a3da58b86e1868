// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// Tests the notes and errors about losses: pairs that are fused, targets that are refused, and losses that cannot fall
/// to 0.
@Suite struct LossNoteTests {
  private func notes(_ script: String) throws -> [String] {
    let host = ScriptedHost()
    try Interpreter(host: host.host()).run(Source(name: "test", text: script))
    return host.notes
  }

  private static let setUp = """
    x = gaussian(60, 2, 1).inputs
    soft = dataset(x, map(x, fn(r) = 0.3 + 0.4 / (1 + exp(-r[1]))))
    shares = dataset(x, map(x, fn(r) = [0.5 + 0.4 * sin(r[1]), 0.5 - 0.4 * sin(r[1])]))

    """

  /// A fused pair is named once, before the same pair is used again, and no other pair is named.
  @Test func fusedPairsAreNamedOnce() throws {
    let script =
      Self.setUp + """
        probabilities = mlp([2, 4, 2], tanh, output: softmax)
        flow(probabilities, shares, loss: cross_entropy);
        train(probabilities, shares, loss: cross_entropy, epochs: 1);
        train(mlp([2, 4, 2], tanh), shares, loss: cross_entropy, epochs: 1);
        train(probabilities, shares, loss: mse, epochs: 1);
        train(probabilities, xor(8), epochs: 1);

        """
    let softmax = try notes(script)
    #expect(softmax.count == 1 && softmax[0].contains("CrossEntropyLoss"), "\(softmax)")
    let both = try notes(script + "train(mlp([2, 4, 1], tanh, output: sigmoid), xor(8), epochs: 1);")
    #expect(both.count == 2 && both[1].contains("BCEWithLogitsLoss"), "\(both)")
  }

  @Test func jsonAndSweepsHaveNoNote() throws {
    let train = "train(mlp([2, 4, n], tanh, output: sigmoid), xor(8), epochs: 1)"
    #expect(try notes(":set format json\nn = 1\n\(train);").isEmpty)
    #expect(try notes("sweep(fn(n) = last(\(train).epochs).loss, n: [1, 1]);").isEmpty)
  }

  /// A final softmax or sigmoid is applied once: the loss is that of the same network without it.
  @Test(arguments: [("softmax", "cross_entropy", 2), ("sigmoid", "bce", 1)])
  func fusedActivationsAreAppliedOnce(_ activation: String, _ loss: String, _ outputs: Int) {
    let data = outputs == 1 ? "soft" : "shares"
    let script =
      Self.setUp + """
        seed(3)
        logits = mlp([2, 4, \(outputs)], tanh)
        seed(3)
        fused = mlp([2, 4, \(outputs)], tanh, output: \(activation))
        print(evaluate(logits, \(data), loss: \(loss)).loss == evaluate(fused, \(data), loss: \(loss)).loss)
        a = train(logits, \(data), loss: \(loss), steps: 3, shuffle: false)
        b = train(fused, \(data), loss: \(loss), steps: 3, shuffle: false)
        print(str(a.steps.loss) == str(b.steps.loss), str(logits[1].weight) == str(fused[1].weight))
        """
    #expect(transcript(script) == "true\ntrue true\n")
  }

  @Test(arguments: [
    ("cross_entropy", "CrossEntropyLoss"), ("bce", "BCEWithLogitsLoss"), ("softmax", "CrossEntropyLoss"),
    ("sigmoid", "BCEWithLogitsLoss"),
  ])
  func pagesWarnUsersOfPyTorch(_ name: String, _ torch: String) throws {
    let page = try #require(Interpreter(host: .silent).manual.helpPage(name)).split { $0.isWhitespace }.joined(
      separator: " ")
    #expect(page.contains("is applied once") && page.contains("PyTorch") && page.contains("\(torch)"), "\(page)")
    #expect(page.contains("fused"))
  }

  /// Targets that a loss is not defined for are refused. The error describes the targets and suggests two fixes.
  @Test(arguments: [
    (
      "train(mlp([2, 3, 1], tanh), dataset([[1, 2], [3, 4]], [5, 250]), loss: bce)", "from 5 to 250",
      ["mse", "classes"]
    ),
    (
      "train(mlp([2, 3, 2], tanh), dataset([[1, 2], [3, 4]], [[0.5, 0.2], [1, 0]]), loss: cross_entropy)",
      "from 0.7 to 1", ["mse", "sum to 1"]
    ),
    (
      "flow(mlp([2, 3, 2], tanh), dataset([[1, 2]], [[-0.5, 1.5]]), loss: cross_entropy)", "from -0.5 to 1.5",
      ["mse", "sum to 1"]
    ),
    (
      "train(mlp([2, 3, 1], tanh, norm: batch), xor(8), batch: 1)", "at least two samples",
      ["larger batch", "layer normalisation"]
    ),
  ])
  func refusalsNameTheRange(_ script: String, _ range: String, _ waysOut: [String]) throws {
    let error = try #require(fault(script))
    #expect(error.message.contains(range), "\(error.message)")
    for way in waysOut { #expect(error.notes.contains { $0.contains(way) }, "\(error.notes)") }
  }

  /// A shortcut is added to the final activation, so that the outputs are not limited by it.
  @Test func shortcutsWidenTheRangeOfOutputs() {
    let negative = "data = dataset([[1, 2], [3, 4], [2, 1]], [[-1, -2], [-3, -1], [-2, -2]])\n"
    func symptoms(_ options: String) -> String {
      transcript(
        "\(negative)d = diagnose(chain(3, relu, width: 2\(options)), data)\n"
          + "print(contains(d.symptom, \"pairing\"), contains(str(d.evidence), \"lowest_output\"))")
    }
    #expect(symptoms("") == "true true\n")
    #expect(symptoms(", skip: true") == "false false\n")
  }
}
