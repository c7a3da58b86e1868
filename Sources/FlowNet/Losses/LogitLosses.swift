// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// −Σ t ln softmax(z) of each sample, mean over samples; the derivative is (softmax(z)·Σt − t)/N.
enum CrossEntropy: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double]
  ) -> Double {
    softmax(output, into: gradient)
    let scale = 1 / E(output.rows)
    var total = 0.0
    for row in 0..<output.rows {
      var top = -E.infinity
      for i in 0..<output.columns { top = max(top, output[row, i]) }
      var sum: E = 0
      for i in 0..<output.columns { sum += E.exp(output[row, i] - top) }
      let logSum = E.log(sum)
      var weight: E = 0
      for i in 0..<output.columns where target[row, i] != 0 {
        weight += target[row, i]
        total += Double(target[row, i] * (logSum - (output[row, i] - top)))
      }
      for i in 0..<output.columns {
        gradient[row, i] = (gradient[row, i] * weight - target[row, i]) * scale
      }
    }
    return total / Double(output.rows)
  }
}

/// max(z, 0) − z·t + ln(1 + e^−|z|) per element; the derivative is σ(z) − t.
enum BinaryCrossEntropy: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double]
  ) -> Double {
    let sumsOutputs = arguments[0] == 1
    let count = Double(sumsOutputs ? output.rows : output.rows * output.columns)
    let scale = E(1 / count)
    var total = 0.0
    for row in 0..<output.rows {
      for i in 0..<output.columns {
        let z = output[row, i]
        let t = target[row, i]
        total += Double(max(z, 0) - z * t + E.log1p(E.exp(-abs(z))))
        gradient[row, i] = (E.sigmoid(z) - t) * scale
      }
      for i in output.columns..<output.stride { gradient[row, i] = 0 }
    }
    return total / count
  }
}
