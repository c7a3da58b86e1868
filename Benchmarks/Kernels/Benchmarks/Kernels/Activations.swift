// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
@_spi(Kernels) import FlowNet

/// The size of a layer's output in a small batch, which stays in the second-level cache.
private let samples = 64, units = 64

/// Registers the forward and the backward pass of every activation.
func registerActivations<E: Element>(_ type: E.Type, _ precision: String) {
  for recipe in Activation.catalogue {
    let activation = Activation.named(recipe.name)!
    registerActivation(activation, "forward", E.self, precision) { $0.forward($1.z.matrix, into: $1.y.matrix) }
    registerActivation(activation, "backward", E.self, precision) {
      $0.backward($1.z.matrix, $1.y.matrix, $1.gradient.matrix, into: $1.delta.matrix)
    }
  }
}

private func registerActivation<E: Element>(
  _ activation: Activation, _ form: String, _ type: E.Type, _ precision: String,
  run: @escaping (Activation, ActivationMemory<E>) -> Void
) {
  let elements = samples * units
  register(
    "activation",
    ["function": activation.name, "form": form, "precision": precision, "elements": "\(elements)"],
    nanoseconds: Double(elements)
  ) {
    ActivationMemory<E>(activation)
  } run: { memory in
    run(activation, memory)
  }
}

private final class ActivationMemory<E: Element> {
  let z = Normal<E>(rows: samples, columns: units, seed: 1)
  let y = Normal<E>(rows: samples, columns: units, seed: 2)
  let gradient = Normal<E>(rows: samples, columns: units, seed: 3)
  let delta = Normal<E>(rows: samples, columns: units, seed: 4)

  /// Runs the forward pass, because the backward pass needs its output.
  init(_ activation: Activation) { activation.forward(z.matrix, into: y.matrix) }
}
