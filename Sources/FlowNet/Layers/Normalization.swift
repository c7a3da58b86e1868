// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Returns dx = (u − Σu/n − x̂·Σ(u·x̂)/n)/σ with u = g·scale, for each group of n numbers that are normalised together.
func wideNormalizationBackward<E: Element>(
  _ x: Matrix<E>, _ g: WideMatrix, _ scale: Parameter<E>, _ epsilon: E, overSamples: Bool
) -> WideMatrix {
  let factors = (0..<g.columns).map { WideNumber(Double(scale.values[0, $0])) }
  let u = WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * factors[$1] }
  let input = WideMatrix(rows: x.rows, columns: x.columns) { WideNumber(Double(x[$0, $1])) }
  let (groups, gradients) = overSamples ? (input.transposed, u.transposed) : (input, u)
  let result = WideMatrix(rows: groups.rows, columns: groups.columns) { group in
    wideNormalizationBackward(groups.row(group), gradients.row(group), epsilon)
  }
  return overSamples ? result.transposed : result
}

/// Returns dx for the numbers `x` of a group, given u.
func wideNormalizationBackward<E: Element>(
  _ x: some Collection<WideNumber>, _ u: some Collection<WideNumber>, _ epsilon: E
) -> [WideNumber] {
  let count = WideNumber(Double(x.count))
  let mean = x.reduce(.zero, +) / count
  let differences = x.map { $0 - mean }
  let variance = differences.reduce(WideNumber.zero) { $0 + $1 * $1 } / count
  let deviation = (variance + WideNumber(Double(epsilon))).squareRoot()
  let hats = differences.map { $0 / deviation }
  let shared = u.reduce(.zero, +) / count
  let along = zip(u, hats).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 } / count
  return zip(u, hats).map { ($0 - shared - $1 * along) / deviation }
}

/// Sets the gradients of the parameters of y = scale·x̂ + shift, the first of which is the scale, to the sums of g·x̂
/// and of g over the samples, for each unit.
@inline(__always)
func setScaleAndShiftGradients<E: Element>(_ site: Site<E>, _ hat: Matrix<E>) {
  guard let g = site.gradient else { return }
  let (scale, shift) = (site.parameters[0].gradients.pointer, site.parameters[1].gradients.pointer)
  let stop = StopToken.current
  Matrix<E>.registers(of: g.columns) { column in
    if stop.isRequested { return }
    var sum = E.Vector()
    var dot = E.Vector()
    for row in 0..<g.rows {
      sum += g.register(row, column)
      dot = dot.fused(g.register(row, column), hat.register(row, column))
    }
    store(sum, shift + column)
    store(dot, scale + column)
  }
}
