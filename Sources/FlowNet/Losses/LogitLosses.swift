// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// −Σ t ln softmax(z) for each sample, averaged over the samples. The derivative is (softmax(z)·Σt − t)/N.
enum CrossEntropy: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double], isPrecise: Bool
  ) -> Double {
    softmaxForward(output, into: gradient)
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
      if isPrecise {
        preciseGradient(gradient, target, row: row, weight)
        for i in 0..<output.columns { gradient[row, i] *= scale }
        continue
      }
      for i in 0..<output.columns {
        gradient[row, i] = (gradient[row, i] * weight - target[row, i]) * scale
      }
    }
    return total / Double(output.rows)
  }

  static func slopes(
    _ output: [Double], _ target: [Double], samples: Int, _ arguments: [Double]
  ) -> [WideNumber] {
    let probabilities = softmax(output)
    var top = 0
    for i in output.indices where output[i] > output[top] { top = i }
    let weight = target.reduce(0, +)
    func others(_ left: Int, _ numbers: [WideNumber]) -> WideNumber {
      numbers.indices.reduce(.zero) { $1 == left ? $0 : $0 + numbers[$1] }
    }
    let targets = target.map { WideNumber($0) }
    let rest = others(top, probabilities)
    return output.indices.map { i in
      let complement = i == top ? rest : WideNumber(1) - probabilities[i]
      let otherTargets = abs(target[i]) <= abs(weight) / 2 ? WideNumber(weight - target[i]) : others(i, targets)
      return (probabilities[i] * otherTargets - targets[i] * complement) / WideNumber(Double(samples))
    }
  }

  /// Replaces the probabilities p_i of a sample by p_i·Σt − t_i = p_i·Σ_{j≠i} t_j − t_i·Σ_{j≠i} p_j. A sum over j ≠ i
  /// is the total less element i, unless that element is most of the total: then the other elements are added up.
  private static func preciseGradient<E: Element>(
    _ probability: Matrix<E>, _ target: Matrix<E>, row: Int, _ weight: E
  ) {
    let columns = probability.columns
    func others(_ left: Int, _ numbers: Matrix<E>, of whole: E) -> E {
      if abs(numbers[row, left]) <= abs(whole) / 2 { return whole - numbers[row, left] }
      var sum: E = 0
      for j in 0..<columns where j != left { sum += numbers[row, j] }
      return sum
    }
    // The complement of the largest probability needs all the others, which the loop below replaces.
    var top = 0
    for i in 0..<columns where probability[row, i] > probability[row, top] { top = i }
    let rest = others(top, probability, of: 1)
    for i in 0..<columns {
      let complement = i == top ? rest : 1 - probability[row, i]
      probability[row, i] = probability[row, i] * others(i, target, of: weight) - target[row, i] * complement
    }
  }
}

/// max(z, 0) − z·t + ln(1 + e^−|z|) per element. The derivative is σ(z) − t.
enum BinaryCrossEntropy: LossFunction {
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func evaluate<E: Element>(
    _ output: Matrix<E>, _ target: Matrix<E>, gradient: Matrix<E>, _ arguments: [Double], isPrecise: Bool
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
        // σ(z) − t = (1 − t) − σ(−z). The second form is accurate even where σ(z) is rounded to 1.
        let slope = isPrecise && z > 0 ? (1 - t) - E.sigmoid(-z) : E.sigmoid(z) - t
        gradient[row, i] = slope * scale
      }
      for i in output.columns..<output.stride { gradient[row, i] = 0 }
    }
    return total / count
  }

  static func slopes(
    _ output: [Double], _ target: [Double], samples: Int, _ arguments: [Double]
  ) -> [WideNumber] {
    let count = WideNumber(Double(arguments[0] == 1 ? samples : samples * output.count))
    return zip(output, target).map { z, t in
      // The smaller one of σ(z) and σ(−z).
      let e = WideNumber.exp(-abs(z))
      let sigmoid = e / (WideNumber(1) + e)
      return (z > 0 ? WideNumber(1 - t) - sigmoid : sigmoid - WideNumber(t)) / count
    }
  }
}
