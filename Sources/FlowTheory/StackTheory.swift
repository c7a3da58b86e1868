// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The mean-field theory of a deep stack of equal layers; Schoenholz and others 2017.
public protocol StackTheory: Sendable {
  /// σ_w² = fan_in·Var[w].
  var weightVariance: Double { get }
  /// σ_b² = Var[b].
  var biasVariance: Double { get }
  /// The variance of the activation's input.
  var q: Double { get }
  /// The factor per layer by which the stack multiplies the mean square of the gradient.
  var chi: Double { get }
  /// The predicted factor of the flow table; `nil` if there is none.
  var factor: Double? { get }
}

/// The behaviour of a signal and its gradient in a deep stack.
public enum Phase: String, Sendable { case ordered, critical, chaotic }

extension StackTheory {
  /// Whether χ is 1 except for rounding. The errors of the quadrature and of `MeanField.critical` are about 1e-14: for
  /// relu with He's variance, χ is computed as 1 + 1.3e-15. Larger differences than this tolerance are real.
  private var isCritical: Bool { abs(chi - 1) < 1e-12 }
  /// ξ = 1/|ln χ|, the number of layers in which the mean square of the gradient changes by a factor of e; infinite at
  /// χ = 1.
  public var depthScale: Double { isCritical ? .infinity : 1 / abs(Real.log(chi)) }
  /// 6ξ, the approximate number of layers that can be trained; infinite at χ = 1.
  public var depthBudget: Double { 6 * depthScale }
  /// Ordered if χ is below 1, chaotic if it is above.
  public var phase: Phase { isCritical ? .critical : chi < 1 ? .ordered : .chaotic }
}
