// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Returns the mean over all elements of a function of y − t and sets the gradient. `term` returns the function and its
/// derivative.
@inline(__always)
private func meanOfTerms<E: Element>(
  _ output: Matrix<E>, _ target: Matrix<E>, _ gradient: Matrix<E>, _ term: (E) -> (value: E, slope: E)
) -> Double {
  let count = Double(output.rows * output.columns)
  let scale = E(1 / count)
  var total = 0.0
  for row in 0..<output.rows {
    for i in 0..<output.columns {
      let (value, slope) = term(output[row, i] - target[row, i])
      total += Double(value)
      gradient[row, i] = slope * scale
    }
    for i in output.columns..<output.stride { gradient[row, i] = 0 }
  }
  return total / count
}

/// Returns the derivative with respect to the outputs of one sample, given the derivative of a term with respect to
/// y − t.
private func slopesOfTerms(
  _ output: [Double], _ target: [Double], samples: Int, _ slope: (WideNumber) -> WideNumber
) -> [WideNumber] {
  let count = WideNumber(Double(samples * output.count))
  return zip(output, target).map { slope(WideNumber($0) - WideNumber($1)) / count }
}

/// The terms are d², with the derivative 2d.
enum MeanSquaredError: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double], isPrecise: Bool
  ) -> Double {
    meanOfTerms(output, target, gradient) { ($0 * $0, 2 * $0) }
  }

  static func slopes(
    _ output: [Double], _ target: [Double], samples: Int, _ arguments: [Double]
  ) -> [WideNumber] {
    slopesOfTerms(output, target, samples: samples) { WideNumber(2) * $0 }
  }
}

/// The terms are |d|, with the derivative sign d, which is 0 at 0.
enum MeanAbsoluteError: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double], isPrecise: Bool
  ) -> Double {
    meanOfTerms(output, target, gradient) { (abs($0), $0 > 0 ? 1 : $0 < 0 ? -1 : $0) }
  }

  static func slopes(
    _ output: [Double], _ target: [Double], samples: Int, _ arguments: [Double]
  ) -> [WideNumber] {
    slopesOfTerms(output, target, samples: samples) { $0.sign }
  }
}

/// The terms are d²/2 within ±δ and δ(|d| − δ/2) outside, with the derivatives d and ±δ.
enum Huber: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double], isPrecise: Bool
  ) -> Double {
    let delta = E(arguments[0])
    return meanOfTerms(output, target, gradient) { d in
      // NaN compares false with both bounds and propagates.
      if d > delta { return (delta * (d - delta / 2), delta) }
      if d < -delta { return (delta * (-d - delta / 2), -delta) }
      return (d * d / 2, d)
    }
  }

  static func slopes(
    _ output: [Double], _ target: [Double], samples: Int, _ arguments: [Double]
  ) -> [WideNumber] {
    let delta = WideNumber(arguments[0])
    return slopesOfTerms(output, target, samples: samples) { d in
      d.magnitude.isLarger(than: delta) ? d.sign * delta : d
    }
  }
}
