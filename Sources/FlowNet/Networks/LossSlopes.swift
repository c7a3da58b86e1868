// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The gradient of the last forward pass's loss with respect to the input of the loss function, exact even outside the
/// range of the element type.
struct LossSlopes<E: Element> {
  private let output: Matrix<E>
  private let target: Matrix<E>
  private let loss: Loss

  /// - Parameter plan: A plan for this loss.
  init(_ plan: Plan<E>, _ loss: Loss) {
    output = plan.lossInput
    target = plan.target
    self.loss = loss
  }

  private func ofSample(_ row: Int) -> [WideNumber] {
    let columns = 0..<output.columns
    return loss.entry.slopes(
      columns.map { Double(output[row, $0]) }, columns.map { Double(target[row, $0]) }, output.rows, loss.arguments)
  }

  /// Whether the gradient is nonzero anywhere. This is false, for example, for a perfect fit.
  var hasSlope: Bool { (0..<output.rows).contains { ofSample($0).contains { !$0.isZero } } }

  /// Returns, for each sample, whether a nonzero element of the gradient is 0 in `gradient`, which was computed in the
  /// element type.
  func lostSamples(_ gradient: Matrix<E>) -> [Bool] {
    (0..<output.rows).map { row in
      let zeros = (0..<output.columns).filter { gradient[row, $0] == 0 }
      guard !zeros.isEmpty else { return false }
      let exact = ofSample(row)
      return zeros.contains { !exact[$0].isZero }
    }
  }

  /// The gradient, samples × outputs.
  var all: WideMatrix {
    WideMatrix(rows: output.rows, columns: output.columns, row: ofSample)
  }

  /// Returns whether no element of a gradient computed in the element type underflowed or overflowed: every 0 is exact,
  /// and every other element is a normal number, or the exact element is not finite.
  func areExact(_ gradient: Matrix<E>) -> Bool {
    for row in 0..<output.rows {
      var exact: [WideNumber]?
      for column in 0..<output.columns where !gradient[row, column].isNormal {
        exact = exact ?? ofSample(row)
        let slope = exact![column]
        if slope.isFinite && !(slope.isZero && gradient[row, column] == 0) { return false }
      }
    }
    return true
  }
}
