// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A remedy and the reason why it helps with a diagnosis.
public struct Prescription: Sendable {
  /// The action to take.
  public let remedy: String
  public let reason: String

  private init(_ remedy: String, _ reason: String) {
    self.remedy = remedy
    self.reason = reason
  }

  /// Returns the remedies for a symptom with the given cause, the most promising first.
  static func list(_ symptom: Diagnosis.Symptom, _ cause: Diagnosis.Cause) -> [Prescription] {
    switch (symptom, cause) {
    case (.pairing, _):
      [
        Prescription(
          "cross_entropy on logits for classes",
          "its gradient is the probability minus the target, however large the logits are"),
        Prescription("mse with output: identity for numbers", "every target can be reached"),
      ]
    case (.dead, .rate): [smallerRate, clip, leaky]
    case (.dead, _): [Prescription("bias: zeros", "then about half of the units are active"), heInit, leaky]
    case (.underflow, _): [Prescription("precision: f64", "its smallest number is 4.9e-324"), relu, batchNorm, fewer]
    case (_, .slope): [relu, batchNorm, shortcuts, pretraining, fewer]
    case (.vanishing, .weights): [matchedInit, batchNorm, shortcuts]
    case (.overflow, .weights), (_, .weights): [matchedInit, batchNorm, clip]
    case (.vanishing, .norm): [unitScale, shortcuts, fewer]
    case (_, .norm): [unitScale, clip, fewer]
    case (_, .shortcut): [batchNorm, smallBranches, fewer]
    case (_, .bias): [Prescription("bias: zeros", "z stays where the slope is large"), batchNorm]
    case (_, .depth): [shortcuts, batchNorm, orthogonal, fewer]
    case (.stalled, .rate): [largerRate, adam]
    case (_, .rate): [smallerRate, clip, adam]
    case (_, .data): [standardize, batchNorm]
    case (_, .precision): [Prescription("precision: f64", "its numbers range from 4.9e-324 to 1.8e308"), batchNorm]
    case (_, .penalty): [Prescription("a smaller penalty", "the penalty outweighs the loss")]
    case (_, .model):
      [
        Prescription("more units or layers, another activation", "a linear network can only fit linear functions"),
        Prescription("check the targets", "noise cannot be learned"),
      ]
    case (_, .pairing): []
    }
  }

  private static let relu = Prescription("relu with init: he_normal", "its slope is 1 where it is active")
  private static let leaky = Prescription("leaky_relu", "its slope is never 0, so a unit can recover")
  private static let batchNorm = Prescription(
    "norm: batch", "it keeps z where the slope is large, whatever the weights")
  private static let shortcuts = Prescription("skip: true", "the gradient also bypasses the layers, with factor 1")
  private static let pretraining = Prescription("pretrain", "each layer starts with weights that fit its input")
  private static let fewer = Prescription("fewer layers", "every layer multiplies the gradient by the factor again")
  private static let matchedInit = Prescription(
    "init: he_normal for relu, xavier_normal for tanh", "these variances preserve the gradient's size across layers")
  private static let heInit = Prescription(
    "init: he_normal", "it is designed for units that are active for half of the inputs")
  private static let orthogonal = Prescription(
    "init: orthogonal", "the factor varies less from layer to layer and stays closer to 1")
  private static let unitScale = Prescription(
    "scales of 1 in the normalisation", "the signal and its gradient then keep the right size")
  private static let smallBranches = Prescription(
    "smaller initial weights", "the branch then adds less to the shortcut")
  private static let smallerRate = Prescription(
    "a smaller rate", "a step must be small compared to the weights")
  private static let largerRate = Prescription("a larger rate", "the weights have hardly moved")
  private static let clip = Prescription("clip: clip_norm(1)", "it bounds the step and keeps its direction")
  private static let adam = Prescription("optimizer: adam", "its steps do not depend on the gradient's size")
  private static let standardize = Prescription(
    "standardize(data)", "then every input has mean 0 and standard deviation 1")
}
