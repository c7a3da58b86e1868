// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Checks whether a backward pass may have lost numbers to the limited range of the element type; see `Plan.isInRange`.
struct RangeCheck<E: Element> {
  /// Returns memory for temporary results, which is valid until the next call.
  let scratch: (_ rows: Int, _ columns: Int) -> Matrix<E>
  /// The magnitude below which a number may have lost digits if it belongs to a matrix with magnitudes near 1.
  private let floor: E

  /// Creates a check of numbers that were multiplied by 2^`step` after they were computed.
  init(scaledBy step: Int, scratch: @escaping (_ rows: Int, _ columns: Int) -> Matrix<E>) {
    self.scratch = scratch
    // Leave room for the digits of sums whose terms nearly cancel.
    floor = E.leastNormalMagnitude * 0x1p30 * E(sign: .plus, exponent: E.Exponent(max(step, 0)), significand: 1)
  }

  /// Returns a check of numbers that were multiplied by another power of two.
  func scaled(by step: Int) -> RangeCheck { RangeCheck(scaledBy: step, scratch: scratch) }

  /// Returns whether a number may be the result of underflow or overflow. `isBroken` indicates that it may have been
  /// computed from a number that is not finite.
  @inline(__always)
  func isDoubtful(_ x: E, _ isBroken: Bool) -> Bool { x.magnitude < floor || !(isBroken || x.isFinite) }

  /// Returns whether no number was lost in `result`, each row of which was computed from the same row of `g`. A 0 is
  /// also right if all of its weights are 0.
  func comesFromRows(_ result: Matrix<E>, of g: Matrix<E>, _ weight: Parameter<E>?) -> Bool {
    let isBroken =
      !Reduction.isFinite(g.pointer, g.count)
      || weight.map { !Reduction.isFinite($0.values.pointer, $0.count) } ?? false
    // For each input, whether all of its weights are 0. Computed on demand, because few networks have such inputs.
    var unused: [Bool]?
    let stop = StopToken.current
    for row in 0..<result.rows where !stop.isRequested {
      guard (0..<g.columns).contains(where: { g[row, $0] != 0 }) else { continue }
      for column in 0..<result.columns where isDoubtful(result[row, column], isBroken) {
        guard let weight, result[row, column] == 0 else { return false }
        unused =
          unused
          ?? (0..<weight.rows).map { input in
            stop.isRequested || (0..<weight.columns).allSatisfy { weight.values[input, $0] == 0 }
          }
        if !unused![column] { return false }
      }
    }
    return true
  }

  /// Returns whether the gradient xᵀ·δ of a weight did not overflow: whether it is finite, or x or δ is not.
  func isProduct(_ gradients: Panels<E>, _ x: Matrix<E>, _ delta: Matrix<E>) -> Bool {
    if Reduction.isFinite(gradients.pointer, gradients.count) { return true }
    // The padding of an activation is undefined, so only its columns are checked.
    let hasFiniteInputs = (0..<x.rows).untilStopped.allSatisfy { row in
      (0..<x.columns).allSatisfy { x[row, $0].isFinite }
    }
    return !(hasFiniteInputs && Reduction.isFinite(delta.pointer, delta.count))
  }

  /// Returns whether no number was lost in ∂L/∂x of a step with one input, each row of which was computed from the same
  /// row of ∂L/∂y.
  func comesFromRows(_ site: Site<E>) -> Bool {
    guard let g = site.gradient, let dx = site.inputGradient else { return true }
    return comesFromRows(dx, of: g, nil)
  }

  /// Returns whether no number was lost in `result`, each column of which was computed from the same column of `g`.
  func comesFromColumns(_ result: Matrix<E>, of g: Matrix<E>) -> Bool {
    let isBroken = !Reduction.isFinite(g.pointer, g.count)
    for column in (0..<result.columns).untilStopped {
      guard (0..<g.rows).contains(where: { g[$0, column] != 0 }) else { continue }
      for row in 0..<result.rows where isDoubtful(result[row, column], isBroken) { return false }
    }
    return true
  }

  /// Returns whether no number was lost in `result`, each element of which is a multiple of the same element of `g`.
  func comesFromElements(_ result: Matrix<E>, of g: Matrix<E>) -> Bool {
    for row in (0..<result.rows).untilStopped {
      for column in 0..<result.columns where isDoubtful(result[row, column], !g[row, column].isFinite) {
        if g[row, column] != 0 { return false }
      }
    }
    return true
  }

  /// Returns whether no number was lost in `sum`, which is a + b. A small sum is exact, but scaling it may not be.
  func isSum(_ sum: Matrix<E>, _ a: Matrix<E>, _ b: Matrix<E>) -> Bool {
    for row in (0..<sum.rows).untilStopped {
      for column in 0..<sum.columns where isDoubtful(sum[row, column], false) {
        let (left, right) = (a[row, column], b[row, column])
        if left + right != 0 && left.isFinite && right.isFinite { return false }
      }
    }
    return true
  }
}
