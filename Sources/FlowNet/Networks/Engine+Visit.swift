// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Passes that stop after every operation, so that a visitor can look at what the operation wrote, or change it. A
/// visitor that only looks sees the bits of a plain pass.
extension Engine {
  /// Returns the output for the first `rows` samples of the input, or nil if a stop is requested. Calls `visit` after
  /// each operation.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forwardVisiting(
    _ rows: Int, _ pass: Pass, _ visit: (any Operation<E>) -> Void = { _ in }
  ) -> Matrix<E>? {
    disconnect()
    let output = wiring.connect(input(rows), pass)
    for operation in wiring.operations {
      if pass.stop.isRequested { return nil }
      run(operation, rows: rows, pass)
      visit(operation)
    }
    return pass.stop.isRequested ? nil : output
  }

  /// Runs the forward pass of a connected operation.
  func run(_ operation: any Operation<E>, rows: Int, _ pass: Pass) {
    Schedule(forward: [operation]).run(rows: rows, pass)
  }

  /// Connects a backward pass that keeps every gradient. `backwardVisiting` can then be called any number of times.
  func connectVisiting(_ gradient: LossGradient<E>) {
    disconnect()
    gradients.start(keepingAll: true)
    wiring.connectBackward(gradient.matrix, operations: gradient.operations, gradients)
  }

  /// Sets all gradients, those of the parameters included, and calls the visitors before and after each node with its
  /// position. Returns false if a stop is requested.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backwardVisiting(
    _ gradient: LossGradient<E>, _ pass: Pass, before: (Int) -> Void = { _ in }, after: (Int) -> Void = { _ in }
  ) -> Bool {
    let rows = gradient.matrix.rows
    for index in stride(from: gradient.operations - 1, through: 0, by: -1) {
      if pass.stop.isRequested { return false }
      before(index)
      let operation = wiring.nodes[index].operation
      Schedule(backward: [operation]).run(rows: rows, pass)
      pass.pool.run(operation.cutGradients(rows: rows, grain: Schedule<E>.grain)) { operation.setGradients(task: $0) }
      after(index)
    }
    return !pass.stop.isRequested
  }
}
