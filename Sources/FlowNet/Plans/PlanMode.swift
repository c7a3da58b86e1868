// SPDX-License-Identifier: GPL-3.0-or-later

/// What a plan computes and keeps.
struct PlanMode: Equatable {
  /// The number of samples.
  let samples: Int
  /// Whether batch statistics and dropout are used. Prediction uses running statistics and no dropout.
  let isTraining: Bool
  /// Whether every value keeps its place until the next pass. Otherwise a place is used again when nothing reads it.
  let keepsValues: Bool
  /// Whether an activation may overwrite a pre-activation that is not read again.
  var overwrites = false
  /// Whether there is a backward pass.
  var hasBackward = true
  /// Whether every gradient keeps its place until the next pass, so that it can be measured.
  var keepsGradients = false
  /// Whether the loss is a function of the input of the last activation; see `Loss.fusesWith`.
  var isFused = false

  /// A pass that predicts.
  static func predicting(_ samples: Int) -> PlanMode {
    PlanMode(samples: samples, isTraining: false, keepsValues: false, hasBackward: false)
  }

  /// A pass that only computes forward, but keeps every value.
  static func forward(_ samples: Int, isTraining: Bool = true) -> PlanMode {
    PlanMode(samples: samples, isTraining: isTraining, keepsValues: true, hasBackward: false)
  }

  /// A training step.
  static func training(_ samples: Int, overwrites: Bool) -> PlanMode {
    PlanMode(samples: samples, isTraining: true, keepsValues: true, overwrites: overwrites)
  }

  /// A pass that measures: in training mode, but keeping everything.
  static func measuring(_ samples: Int) -> PlanMode {
    PlanMode(samples: samples, isTraining: true, keepsValues: true, keepsGradients: true)
  }
}
