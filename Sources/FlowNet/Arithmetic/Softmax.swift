// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = exp(z − max z)/Σ exp(z − max z) in every row; the padding of y becomes zero.
@specialized(where E == Float)
@specialized(where E == Double)
func softmaxForward<E: Element>(_ z: Matrix<E>, into y: Matrix<E>) {
  for row in 0..<z.rows {
    var top = -E.infinity
    for i in 0..<z.columns { top = max(top, z[row, i]) }
    var sum: E = 0
    for i in 0..<z.columns {
      let e = E.exp(z[row, i] - top)
      y[row, i] = e
      sum += e
    }
    for i in 0..<z.columns { y[row, i] /= sum }
    for i in z.columns..<z.stride { y[row, i] = 0 }
  }
}

/// δ_i = y_i (g_i − Σ_j g_j y_j) in every row; the padding of δ becomes zero.
@specialized(where E == Float)
@specialized(where E == Double)
func softmaxBackward<E: Element>(_ y: Matrix<E>, _ g: Matrix<E>, into delta: Matrix<E>) {
  for row in 0..<y.rows {
    var dot: E = 0
    for i in 0..<y.columns { dot += g[row, i] * y[row, i] }
    for i in 0..<y.columns { delta[row, i] = y[row, i] * (g[row, i] - dot) }
    for i in y.columns..<y.stride { delta[row, i] = 0 }
  }
}

/// Computes the same for measuring passes. Adding a number to every g_j changes nothing, so the g of the likeliest
/// class is subtracted first: its y, which may be rounded to 1, is then multiplied by zero, and no digits cancel.
@specialized(where E == Float)
@specialized(where E == Double)
func preciseSoftmaxBackward<E: Element>(_ y: Matrix<E>, _ g: Matrix<E>, into delta: Matrix<E>) {
  for row in 0..<y.rows {
    var top = 0
    for i in 0..<y.columns where y[row, i] > y[row, top] { top = i }
    let offset = g[row, top]
    var dot: E = 0
    for i in 0..<y.columns { dot += (g[row, i] - offset) * y[row, i] }
    for i in 0..<y.columns { delta[row, i] = y[row, i] * ((g[row, i] - offset) - dot) }
    for i in y.columns..<y.stride { delta[row, i] = 0 }
  }
}

/// The softmax of one sample, also where a probability is below the range of f64.
func softmax(_ z: [Double]) -> [WideNumber] {
  let top = z.reduce(-Double.infinity) { max($0, $1) }
  let exponentials = z.map { WideNumber.exp($0 - top) }
  let sum = exponentials.reduce(.zero, +)
  return exponentials.map { $0 / sum }
}

/// δ_i = y_i (g_i − Σ_j g_j y_j) in every row, with the g of the likeliest class subtracted first, where y is the softmax
/// of z.
func wideSoftmaxBackward<E: Element>(_ z: Matrix<E>, _ g: WideMatrix) -> WideMatrix {
  WideMatrix(rows: g.rows, columns: g.columns) { row in
    let own = (0..<z.columns).map { Double(z[row, $0]) }
    let y = softmax(own)
    let top = own.indices.max { own[$0] < own[$1] } ?? 0
    let differences = g.row(row).map { $0 - g[row, top] }
    let dot = zip(differences, y).reduce(WideNumber.zero) { $0 + $1.0 * $1.1 }
    return zip(differences, y).map { $1 * ($0 - dot) }
  }
}
