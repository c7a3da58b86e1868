// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The guided tour of `:demo`: a sentence, and the code that shows it.
struct DemoStep: Sendable {
  let text: String
  let code: String

  static let all = [
    DemoStep(
      text: "Eight dense layers with a sigmoid after each, weights drawn from a standard normal distribution:",
      code: "net = chain(8, sigmoid, width: 32, init: normal(0, 1))"),
    DemoStep(
      text:
        "One forward and one backward pass. grad_norm is how fast each layer learns: it dies out towards the input.",
      code: "flow(net) |> select(layer, grad_norm, log10_total, state)"),
    DemoStep(
      text: "The factor by which the gradient changes at each layer is a gain of the weights and one of the slopes. "
        + "Here the slopes are guilty:",
      code: "flow(net) |> select(layer, factor, weight_gain, slope_gain)"),
    DemoStep(
      text: "With relu and weights scaled by the number of inputs the gradient keeps its size:",
      code: "flow(chain(8, relu, width: 32, init: he_normal)) |> select(layer, grad_norm, log10_total, state)"),
    DemoStep(
      text: "The same comparison for several activations and depths at once:",
      code: "sweep(fn(depth, act) = first(flow(chain(depth, act, width: 32, init: xavier_normal))).log10_total, "
        + "depth: [2, 8, 32], act: [sigmoid, tanh, relu])"),
  ]
}

extension Prompt {
  /// Shows one step after the other; Enter goes on.
  func runDemo() {
    for (place, step) in DemoStep.all.enumerated() {
      host.note("\n\(step.text)\n\(LinePrompt.primary.rawValue)\(step.code)")
      guard run(Source(name: ":demo", text: step.code), echo: .prompt) else { return }
      if place == DemoStep.all.count - 1 { break }
      host.note("(Enter goes on, Ctrl-C ends the tour)")
      guard case .line = reader.readLine(.continuation, complete: { _, _, _ in [] }) else { return }
      reader.resetInterrupt()
    }
    host.note("\nThe variables are yours now. ? lists everything, ?flow explains one command.")
  }
}
