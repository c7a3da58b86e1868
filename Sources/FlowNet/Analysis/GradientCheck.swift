// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How well the gradient of one parameter agrees with finite differences.
public struct GradientError: Sendable {
  /// The layer, counted from 1 at the input.
  public let layer: Int
  /// Which parameter of the layer.
  public let parameter: ParameterKind
  /// The largest difference, relative to the largest element of the gradient.
  public let maxError: Double
}

extension Network {
  /// Compares the gradients of all parameters with finite differences, in f64.
  ///
  /// Each of at most `limit` elements per parameter, evenly spread, is compared with five-point central differences of
  /// fourth order at several step widths, of which the best counts: a wide one suits a smooth loss with a tiny gradient,
  /// a narrow one a loss with a kink near by. What the rounding of the loss explains is no error.
  public func gradientErrors(_ data: DataSet, loss: Loss, limit: Int = 64, pool: ThreadPool) throws(NetworkError)
    -> [GradientError]
  {
    try check(data, rows: data.samples)
    let network = converted(to: .f64)
    network.calibrate(data, (0..<Int32(data.samples)).map { $0 }, pool)
    guard case .f64(let engine) = network.engine else { return [] }
    engine.reserve(rows: data.samples)
    engine.load(data, (0..<Int32(data.samples)).map { $0 })
    let pass = Pass.measuring(pool)
    func value() -> Double { engine.loss(engine.forward(data.samples, pass), loss).value }
    let (level, gradient) = engine.loss(engine.forward(data.samples, pass), loss)
    engine.backward(gradient, pass)
    return engine.parameters.compactMap { parameter in
      guard let layer = parameter.layer else { return nil }
      let numbers = parameter.numbers(parameter.gradients)
      let top = numbers.reduce(0) { max($0, abs($1)) }
      let every = max(parameter.rows * parameter.columns / limit, 1)
      var worst = 0.0
      for index in stride(from: 0, to: parameter.rows * parameter.columns, by: every) {
        let place =
          parameter.values.pointer + (index / parameter.columns) * parameter.values.stride
          + index % parameter.columns
        let exact = parameter.gradients[index / parameter.columns, index % parameter.columns]
        var best = Double.infinity
        for width in [1e-2, 1e-3, 1e-4, 1e-5] {
          let h = width * max(1, abs(place.pointee))
          let noise = 32 * abs(level) * Double.ulpOfOne / h
          best = min(best, max(abs(exact - Self.difference(place, h, value)) - noise, 0))
        }
        worst = max(worst, top > 0 ? best / top : best)
      }
      return GradientError(layer: layer, parameter: parameter.kind, maxError: worst)
    }
  }

  /// f'(w) ≈ (8(f(w + h) − f(w − h)) − (f(w + 2h) − f(w − 2h)))/12h; w is as before afterwards.
  private static func difference(_ w: UnsafeMutablePointer<Double>, _ h: Double, _ f: () -> Double) -> Double {
    let before = w.pointee
    func at(_ offset: Double) -> Double {
      w.pointee = before + offset
      return f()
    }
    let result = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
    w.pointee = before
    return result
  }
}
