// SPDX-License-Identifier: GPL-3.0-or-later

/// Remedies for recorded training runs, in words, because there is no network to write code for.
enum RecordedAdvice {
  static let smallerSteps = [
    smallerRate,
    clipByNorm,
    advice("warm-up", "the first steps are then small"),
  ]
  static let clip = [clipByNorm, smallerRate]
  static let ofLoss = [
    advice("check the loss function", "a logarithm or a root of 0 is not finite, and neither is its slope"),
    advice("check the targets", "the loss is not finite if a target is not"),
  ]
  static let range = [
    advice("loss scaling or bfloat16", "bfloat16 has the range of float32"),
    advice("this module in float32", "squares and sums leave the range of float16 first"),
    advice("smaller rate", "values then grow less"),
  ]
  static let lostNumbers = [
    advice("torch.autograd.set_detect_anomaly(True)", "it names the first operation whose gradient was not finite"),
    smallerRate,
    advice("loss scaling or bfloat16, if float16 is in use", "bfloat16 has the range of float32"),
  ]
  static let schedule = [
    advice(
      "check the learning rate schedule",
      "call scheduler.step() once per epoch or once per step, as the schedule requires")
  ]
  static let largerRate = [
    advice("larger rate", "the weights have hardly moved"),
    advice("adam", "its steps do not depend on the gradient's size"),
  ]
  static let whenStalled = [
    advice("larger rate", "steps that are too small look the same in a record"),
    advice("check the targets", "noise cannot be learned"),
    advice("flow of the exported network", "gradflow can then test causes: see examples/pytorch"),
  ]
  static let whenRisen = [
    advice("check the data and the loss function", "they may have changed during the training"),
    smallerRate,
  ]
  static let whenDetached = [
    advice(
      "check that the loss depends on the weights",
      "detach, item, no_grad and requires_grad = False cut it off, and so does recording after zero_grad")
  ]
  static let dead = [
    advice("smaller rate", "large steps push units to where they get no gradient"),
    advice("leaky_relu", "its slope is never 0"),
    advice("bias: zeros", "units then start active for about half of the inputs"),
  ]
  static let saturated = [
    advice("smaller weights, for example xavier_normal", "outputs then stay where the slope is large"),
    batchNormalisation,
    advice("standardize inputs", "large inputs saturate the first layer"),
  ]
  static let slope = [
    advice("relu with he_normal", "its slope is 1 where it is active"),
    batchNormalisation,
    shortcuts,
  ]
  static let start = [preservingStart, normalisation, shortcuts]
  static let vanishing = [normalisation, shortcuts, preservingStart]
  static let recurrent = [
    clipByNorm,
    advice("orthogonal recurrent weights", "torch.nn.init.orthogonal_ keeps the size of the gradient over the steps"),
    advice("shorter sequences", "the product then has fewer factors"),
  ]
  static let exploding = clip + [normalisation]

  private static let smallerRate = advice("smaller rate", "a step must be small compared to the weights")
  private static let clipByNorm = advice(
    "clip by norm", "torch.nn.utils.clip_grad_norm_ bounds the step and keeps its direction")
  private static let batchNormalisation = advice(
    "batch normalisation", "it keeps z where the slope is large, whatever the weights")
  private static let shortcuts = advice("shortcuts", "the gradient also bypasses the layers, with factor 1")
  private static let preservingStart = advice(
    "init: he_normal or xavier_normal", "this variance preserves the size of signal and gradient")
  private static let normalisation = advice(
    "batch or layer normalisation", "it restores the size of the signal in every layer")

  /// The remedies that add a normalisation, which a network that already has one does not need.
  static let normalisations = Set([normalisation.remedy, batchNormalisation.remedy])

  private static func advice(_ remedy: String, _ reason: String) -> Prescription {
    Prescription(remedy, reason, .advice)
  }
}
