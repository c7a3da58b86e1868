// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The agreement of one parameter's gradient with finite differences.
public struct GradientError: Sendable {
  /// The dense layer, counted from 1 at the input; `nil` for a parameter outside dense layers, such as a residual's
  /// projection.
  public let layer: Int?
  public let parameter: ParameterKind
  /// The largest difference, relative to the largest element of the gradient; `nil` if the rounding of the loss is too
  /// large compared with the gradient for a comparison.
  public let maxError: Double?
}

extension Network {
  /// Compares the gradients of all parameters with finite differences, in f64.
  ///
  /// At most `limit` elements per parameter, evenly spread, are compared with five-point central differences of fourth
  /// order. The best of several step widths is used: a wide one suits a smooth loss with a tiny gradient, a narrow one
  /// a loss with a kink nearby. If the loss has a kink exactly at the element, a value between its two slopes is right.
  /// Unless `isTraining`, the gradient is that of a prediction, with running statistics and no dropout. Ends early if a
  /// stop is requested.
  public func gradientErrors(
    _ data: DataSet, loss: Loss, limit: Int, isTraining: Bool, pool: ThreadPool
  ) throws(NetworkError) -> [GradientError] {
    try check(data, rows: data.samples)
    try check(loss, on: data)
    if isTraining { try checkTrainingPass(samples: data.samples) }
    try requireCopy(in: .f64)
    let network = converted(to: .f64)
    try network.check(rows: data.samples)
    network.calibrate(data, pool)
    let engine = network.compiled(Double.self)
    let plan = engine.plan(.measuring(data.samples, isTraining: isTraining), loss)
    plan.load(data, from: 0, pool)
    let pass = Pass.measuring(pool)
    plan.forward(pass)
    let level = plan.loss(loss, isPrecise: true)
    plan.backward(pass)
    return engine.parameters.untilStopped.map { parameter in
      let numbers = parameter.numbers(parameter.gradients)
      let top = numbers.reduce(0) { max($0, abs($1)) }
      let every = max(parameter.rows * parameter.columns / limit, 1)
      var worst: Double? = 0
      for index in stride(from: 0, to: parameter.rows * parameter.columns, by: every) {
        if pass.stop.isRequested { break }
        let (row, column) = index.quotientAndRemainder(dividingBy: parameter.columns)
        let probe = FiniteDifference(
          parameter.values.address(row, column), rounding: abs(level) * Double.ulpOfOne
        ) {
          plan.forward(pass)
          return plan.loss(loss)
        }
        let error = probe.error(of: parameter.gradients[row, column], relativeTo: top)
        worst = worst.flatMap { worst in error.map { max(worst, $0) } }
      }
      return GradientError(layer: parameter.layer, parameter: parameter.kind, maxError: worst)
    }
  }
}
