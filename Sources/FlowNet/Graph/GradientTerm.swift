// SPDX-License-Identifier: GPL-3.0-or-later

/// A kind of operation that scales the gradient between a dense layer and the previous one.
public enum GradientTerm: String, Sendable, CaseIterable {
  /// The weights of the next layer: rms(Wᵀδ)/rms(δ).
  case weight
  /// Shortcuts around the following layers: rms(g + s)/rms(g), where g is the gradient through the branch and s is the
  /// gradient through the shortcut.
  case shortcut
  /// The slopes of the activations.
  case slope
  /// The Jacobians of the normalisations.
  case norm
  /// The masks of dropout, which are 0 or 1/(1 − p).
  case dropout
}
