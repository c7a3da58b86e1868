// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData

private func slopeParameter(_ name: String, _ defaultValue: Double, _ summary: String) -> [RecipeParameter] {
  [RecipeParameter(name, defaultValue, summary)]
}

/// The activations, one entry each, in the order of the manual.
let activationEntries: [ActivationEntry] = [
  .identity, .sigmoid, .tanh, .relu, .leakyReLU,
  ActivationEntry(
    ELU.self, "elu", "identity above zero, approaches -alpha exponentially below",
    "y = z for z > 0, else alpha*(exp(z) - 1); Clevert, Unterthiner, Hochreiter 2016",
    parameters: slopeParameter("alpha", 1, "the limit far below zero is -alpha"), kinks: [0], isRectifier: true),
  .selu, .gelu,
  ActivationEntry(
    SiLU.self, "silu", "the input times its sigmoid, also called swish",
    "y = z*sigmoid(z); Elfwing, Uchibe, Doya 2018", isRectifier: true),
  ActivationEntry(
    Softplus.self, "softplus", "smooth version of relu", "y = ln(1 + exp(z)); Dugas and others 2001",
    isRectifier: true),
  ActivationEntry(
    Softsign.self, "softsign", "like tanh, but approaches its limits -1 and 1 slowly",
    "y = z/(1 + |z|); Bergstra and others 2009", steepest: 1),
  ActivationEntry(
    Mish.self, "mish", "the input times tanh of its softplus", "y = z*tanh(ln(1 + exp(z))); Misra 2019",
    isRectifier: true),
  ActivationEntry(
    HardTanh.self, "hardtanh", "identity clipped to -1..1", "y = min(max(z, -1), 1); Collobert 2004", steepest: 1,
    kinks: [-1, 1]),
  ActivationEntry(
    ReLU6.self, "relu6", "relu clipped at 6", "y = min(max(z, 0), 6); Krizhevsky 2010", steepest: 1,
    kinks: [0, 6], isRectifier: true),
  ActivationEntry(
    Sine.self, "sin", "sine; bounded but not monotone", "y = sin(z); Sitzmann and others 2020", steepest: 1,
    oscillates: true),
  .softmax,
]

/// Entries that other code refers to.
extension ActivationEntry {
  fileprivate static let identity = ActivationEntry(Identity.self, "identity", "returns its input unchanged", "y = z")
  fileprivate static let sigmoid = ActivationEntry(
    Sigmoid.self, "sigmoid", "logistic function, between 0 and 1, slope at most 1/4", "y = 1/(1 + exp(-z))",
    details: "As the output activation, it is fused with bce: the loss takes its input, so that sigmoid is applied "
      + "once. In PyTorch, leave it out before BCEWithLogitsLoss, which applies it itself.", steepest: 0.25)
  fileprivate static let tanh = ActivationEntry(
    Tanh.self, "tanh", "hyperbolic tangent, between -1 and 1, slope at most 1", "y = tanh(z)", steepest: 1)
  fileprivate static let relu = ActivationEntry(
    ReLU.self, "relu", "rectified linear unit: zero below zero, identity above",
    "y = max(z, 0); Nair, Hinton 2010", kinks: [0], isRectifier: true)
  fileprivate static let leakyReLU = ActivationEntry(
    LeakyReLU.self, "leaky_relu", "relu with a small slope below zero",
    "y = z for z > 0, else slope*z; Maas, Hannun, Ng 2013",
    parameters: slopeParameter("slope", 0.01, "slope below zero"), kinks: [0], isRectifier: true)
  fileprivate static let selu = ActivationEntry(
    SELU.self, "selu", "scaled elu that preserves mean 0 and variance 1",
    "y = 1.0507*(z for z > 0, else 1.6733*(exp(z) - 1)); Klambauer and others 2017", kinks: [0])
  fileprivate static let gelu = ActivationEntry(
    GELU.self, "gelu", "the input times the standard normal distribution function",
    "y = z*Phi(z); Hendrycks, Gimpel 2016", isRectifier: true)
  fileprivate static let softmax = ActivationEntry(
    Identity.self, "softmax", "probabilities over the units of a sample; only allowed as the output activation",
    "y_i = exp(z_i)/sum_j exp(z_j); Bridle 1990",
    details: "It is fused with cross_entropy: the loss takes its input, so that softmax is applied once. In PyTorch, "
      + "leave it out before CrossEntropyLoss, which applies it itself.", isSoftmax: true)
}

extension Activation {
  /// φ(z) = z.
  public static let identity = ActivationEntry.identity.recipe.default
  package static let sigmoid = ActivationEntry.sigmoid.recipe.default
  package static let tanh = ActivationEntry.tanh.recipe.default
  package static let relu = ActivationEntry.relu.recipe.default
  package static let leakyReLU = ActivationEntry.leakyReLU.recipe.default
  package static let selu = ActivationEntry.selu.recipe.default
  package static let gelu = ActivationEntry.gelu.recipe.default
  package static let softmax = ActivationEntry.softmax.recipe.default
}
