// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The gradients at a layer, each as a number and the power of two it was multiplied by: true = measured · 2^−exponent.
struct LayerGains {
  /// rms(δ).
  let delta: Double
  let deltaExponent: Int
  /// rms(g), with g the gradient of the layer's output.
  let g: Double
  let gExponent: Int

  var deltaRMS: Double { unscaled(delta, by: deltaExponent) }
  /// rms(δ)/rms(g).
  var slopeGain: Double { unscaled(delta / g, by: deltaExponent - gExponent) }

  /// rms(g)/rms(δ) of the next layer.
  func weightGain(to next: LayerGains) -> Double {
    unscaled(g / next.delta, by: gExponent - next.deltaExponent)
  }

  /// rms(δ)/rms(δ) of the next layer.
  func factor(to next: LayerGains) -> Double { unscaled(delta / next.delta, by: deltaExponent - next.deltaExponent) }
}

extension Engine {
  /// One forward and one backward pass over some rows of the data, and the gradients at every layer over those of its
  /// samples that are in `part`, all of them unless told otherwise; none when `isStopped` says so.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func gains(
    _ data: DataSet, _ rows: [Int32], _ loss: Loss, _ pool: ThreadPool, of part: Range<Int>? = nil,
    unless isStopped: () -> Bool = { false }
  ) -> [LayerGains] {
    reserve(rows: rows.count)
    load(data, rows, pool)
    let pass = Pass.measuring(pool)
    guard let output = forward(rows.count, pass, unless: isStopped) else { return [] }
    let gradient = self.loss(output, loss, isPrecise: pass.isPrecise).gradient
    let scales = scaledBackward(gradient, pass, unless: isStopped)
    if isStopped() || pass.stop.isRequested { return [] }
    let samples = Double(rows.count)
    func measured(_ matrix: Matrix<E>) -> Double {
      guard let part else { return samples * rms(matrix) }
      return samples
        * rms(Matrix(matrix.pointer + part.lowerBound * matrix.stride, rows: part.count, columns: matrix.columns))
    }
    return zip(probes, positions()).map { probe, position in
      let delta = probe.dense.delta.map(measured) ?? 0
      let deltaExponent = scales.exponents[position.dense]
      guard let g = probe.activation?.gradient, !gradient.isFused(probe) else {
        return LayerGains(delta: delta, deltaExponent: deltaExponent, g: delta, gExponent: deltaExponent)
      }
      return LayerGains(
        delta: delta, deltaExponent: deltaExponent, g: measured(g), gExponent: scales.exponents[position.activation])
    }
  }

  /// √(Σx²/n).
  func rms(_ x: Matrix<E>) -> Double {
    Reduction.norm(x.pointer, x.count) / Double(x.rows * x.columns).squareRoot()
  }
}
