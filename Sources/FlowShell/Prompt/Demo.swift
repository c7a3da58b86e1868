// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The guided tour of `:demo`: a sentence, and the code that shows it.
struct DemoStep: Sendable {
  let text: String
  let code: String

  static let all = [
    DemoStep(
      text: "Eight dense layers with a sigmoid after each, weights scaled as Xavier Glorot proposed:",
      code: "net = chain(8, sigmoid, width: 32, init: xavier_normal)"),
    DemoStep(
      text:
        "One forward and one backward pass. grad_norm is how fast each layer learns: it vanishes towards the input.",
      code: "flow(net) |> select(layer, grad_norm, log10_total, state)"),
    DemoStep(
      text: "Which factor of the chain rule is guilty? The weights keep the gradient's size, the slope of the sigmoid\n"
        + "takes three quarters of it at every layer. Mean-field theory says the same.",
      code: "flow(net) |> select(layer, factor, weight_gain, slope_gain, theory)"),
    DemoStep(
      text: "With relu, and weights made for it, the gradient arrives:",
      code: "flow(chain(8, relu, width: 32, init: he_normal)) |> select(layer, grad_norm, log10_total, state)"),
    DemoStep(
      text: "A comparison through 32 layers, by a function of your own:",
      code: "total = fn(act) = first(flow(chain(32, act, width: 32, init: xavier_normal))).log10_total\n"
        + "table(map([sigmoid, tanh, relu], fn(act) = record(act: act.name, log10_total: total(act))))"),
  ]
}

extension Prompt {
  /// Shows one step after the other; Enter goes on.
  func runDemo() {
    for (place, step) in DemoStep.all.enumerated() {
      let code = step.code.split(separator: "\n").map { LinePrompt.primary.rawValue + $0 }.joined(separator: "\n")
      host.note("\n\(step.text)\n\(code)")
      guard run(Source(name: ":demo", text: step.code), echo: .prompt) else { return }
      if place == DemoStep.all.count - 1 { break }
      host.note("(Enter goes on, Ctrl-C ends the tour)")
      guard case .line = reader.readLine(.continuation, .none) else { return }
      reader.resetInterrupt()
    }
    host.note("\nThe variables are yours now. ? lists everything, ?flow explains one command.")
  }
}
