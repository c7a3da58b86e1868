// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What mean-field theory says of a deep stack of equal layers; Schoenholz and others 2017.
public protocol StackTheory: Sendable {
  /// σ_w² = fan_in·Var[w].
  var weightVariance: Double { get }
  /// σ_b² = Var[b].
  var biasVariance: Double { get }
  /// The variance of what goes into the activation.
  var q: Double { get }
  /// What a stack of such layers multiplies the mean square of the gradient by, per layer.
  var chi: Double { get }
  /// The predicted factor of the flow table; nil where there is none.
  var factor: Double? { get }
}

/// How a signal and its gradient behave in a deep stack.
public enum Phase: String, Sendable { case ordered, critical, chaotic }

extension StackTheory {
  /// Whether χ is 1 but for rounding. Quadrature and the root of `MeanField.critical` are good to about 1e-14: relu with
  /// He's variance comes out as 1 + 1.3e-15. A difference beyond this tolerance is the variance's own.
  private var isCritical: Bool { abs(chi - 1) < 1e-12 }
  /// ξ = 1/|ln χ|, the number of layers in which the mean square of the gradient changes by a factor of e; infinite at
  /// χ = 1.
  public var depthScale: Double { isCritical ? .infinity : 1 / abs(Real.log(chi)) }
  /// 6ξ, about as many layers as can be trained; infinite at χ = 1.
  public var depthBudget: Double { 6 * depthScale }
  /// Ordered below χ = 1, chaotic above.
  public var phase: Phase { isCritical ? .critical : chi < 1 ? .ordered : .chaotic }
}
