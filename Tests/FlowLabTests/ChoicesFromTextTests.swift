// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowRuntime
import TestSupport
import Testing

/// Names of choices that come from outside as text.
@Suite struct ChoicesFromTextTests {
  @Test(arguments: [
    ("name = \"relu\"; print(show(chain(2, name)))", "chain(2, relu)\n"),
    ("print(show(chain(2, activation(\"relu\"))))", "chain(2, relu)\n"),
    ("for a in [\"relu\", \"tanh\"] { print(show(chain(2, a))) }", "chain(2, relu)\nchain(2, tanh)\n"),
    ("w = \"he_normal\"; print(show(chain(2, relu, init: w)))", "chain(2, relu, init: he_normal)\n"),
    ("print(activation(\"relu\") == relu)", "true\n"),
    ("o = \"adam\"; print(train(chain(2, tanh), sine(8), optimizer: o, steps: 1).state)", "finished\n"),
  ]) func textIsTakenAsTheName(_ script: String, _ output: String) {
    #expect(transcript(script.replacing("; ", with: "\n")) == output)
  }

  @Test(arguments: [
    ("chain(2, \"relu\")", "write relu without quotes"), ("name = \"rely\"; chain(2, name)", "did you mean 'relu'?"),
    ("activation(\"rely\")", "did you mean 'relu'?"),
  ]) func errorsNameTheChoice(_ script: String, _ label: String) throws {
    let error = try #require(fault(script.replacing("; ", with: "\n")))
    #expect(error.labels.first?.text == label, "\(error)")
  }
}
