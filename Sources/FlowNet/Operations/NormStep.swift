// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An operation with a scale and a shift of its own.
protocol NormStep<E>: UnaryOperation {
  var description: any Layer { get }
  var scale: Parameter<E> { get }
  var shift: Parameter<E> { get }
}

/// Returns dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/σ with u = g·scale, over each group of n numbers that is normalised together.
func wideNormalizationBackward<E: Element>(
  _ x: Matrix<E>, _ g: WideMatrix, _ scale: Parameter<E>, _ epsilon: E, overSamples: Bool
) -> WideMatrix {
  let factors = (0..<g.columns).map { WideNumber(Double(scale.values[0, $0])) }
  let u = WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * factors[$1] }
  let input = WideMatrix(rows: x.rows, columns: x.columns) { WideNumber(Double(x[$0, $1])) }
  let (groups, gradients) = overSamples ? (input.transposed, u.transposed) : (input, u)
  let count = WideNumber(Double(groups.columns))
  let result = WideMatrix(rows: groups.rows, columns: groups.columns) { group in
    let (own, g) = (groups.row(group), gradients.row(group))
    let mean = own.reduce(.zero, +) / count
    let differences = own.map { $0 - mean }
    let variance = differences.reduce(WideNumber.zero) { $0 + $1 * $1 } / count
    let deviation = (variance + WideNumber(Double(epsilon))).squareRoot()
    let hats = differences.map { $0 / deviation }
    let shared = g.reduce(.zero, +) / count
    let along = zip(g, hats).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 } / count
    return zip(g, hats).map { ($0 - shared - $1 * along) / deviation }
  }
  return overSamples ? result.transposed : result
}
