// SPDX-License-Identifier: GPL-3.0-or-later

/// The purpose of a plan: what it computes and keeps.
struct PlanMode: Equatable {
  let samples: Int
  /// Whether batch statistics and dropout are used. Prediction uses running statistics and no dropout.
  let isTraining: Bool
  /// Whether every value stays in memory until the next pass. Otherwise, its memory is reused once nothing reads it any
  /// more.
  let keepsValues: Bool
  /// Whether an activation may overwrite a pre-activation that is not read again.
  var overwrites = false
  /// Whether there is a backward pass.
  var hasBackward = true
  /// Whether every gradient stays in memory until the next pass, so that it can be measured.
  var keepsGradients = false
  /// Whether the loss is a function of the input of the last activation; see `Loss.fusesWith`.
  var isFused = false

  /// Returns the mode of a pass that predicts.
  static func predicting(_ samples: Int) -> PlanMode {
    PlanMode(samples: samples, isTraining: false, keepsValues: false, hasBackward: false)
  }

  /// Returns the mode of a forward pass that keeps every value.
  static func forward(_ samples: Int, isTraining: Bool = true) -> PlanMode {
    PlanMode(samples: samples, isTraining: isTraining, keepsValues: true, hasBackward: false)
  }

  /// Returns the mode of a training step.
  static func training(_ samples: Int, overwrites: Bool) -> PlanMode {
    PlanMode(samples: samples, isTraining: true, keepsValues: true, overwrites: overwrites)
  }

  /// Returns the mode of a pass that measures. It computes what a training step computes, or the gradient of a
  /// prediction, but keeps everything.
  static func measuring(_ samples: Int, isTraining: Bool = true) -> PlanMode {
    PlanMode(samples: samples, isTraining: isTraining, keepsValues: true, keepsGradients: true)
  }
}
