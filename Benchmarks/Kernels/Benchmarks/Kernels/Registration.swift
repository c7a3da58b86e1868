// SPDX-License-Identifier: GPL-3.0-or-later
import Benchmark
import FlowMath

/// Registers a kernel, with fields that distinguish it from others of the same name.
///
/// An iteration runs the kernel repeatedly for about half a millisecond, so that the cost of reading the clock is
/// negligible. `nanoseconds` is an estimate of the time of one run. The number of runs becomes part of the name, so
/// that the report can divide by it. The state is created only when the kernel is measured, because the states of all
/// kernels together would be large.
func register<State>(
  _ kernel: String, _ fields: KeyValuePairs<String, String>, nanoseconds: Double, state: @escaping () -> State,
  run: @escaping (State) -> Void
) {
  let times = max(Int(500_000 / nanoseconds), 1)
  let name = ([kernel] + fields.map { "\($0)=\($1)" } + ["times=\(times)"]).joined(separator: ",")
  Benchmark(name, closure: { (_, state: State) in for _ in 0..<times { run(state) } }, setup: { state() })
}

/// A matrix that owns its memory, filled with numbers from the standard normal distribution.
final class Normal<E: Element> {
  let matrix: Matrix<E>
  private let memory: Buffer<E>

  /// The same memory in the layout of a parameter.
  var panels: Panels<E> { Panels(matrix.pointer, rows: matrix.rows, columns: matrix.columns) }

  init(rows: Int, columns: Int, seed: UInt64) {
    memory = Buffer(rows: rows, columns: columns)
    matrix = Matrix(memory.pointer, rows: rows, columns: columns)
    let stream = RandomStream(seed: seed, purpose: .data)
    for row in 0..<rows {
      for column in 0..<columns { matrix[row, column] = E(stream.normal(at: UInt64(row * columns + column))) }
    }
  }
}
