// SPDX-License-Identifier: GPL-3.0-or-later
import Benchmark
import FlowMath

/// Registers one kernel, with what distinguishes it from others of its name.
///
/// An iteration runs the kernel so often that reading the clock costs nothing beside it, for about half a millisecond;
/// `nanoseconds` is a guess of one run. How often becomes part of the name, so that the report can divide by it. The
/// state is made when the kernel's turn comes, because all of it at once would be large.
func register<State>(
  _ kernel: String, _ fields: KeyValuePairs<String, String>, nanoseconds: Double, state: @escaping () -> State,
  run: @escaping (State) -> Void
) {
  let times = max(Int(500_000 / nanoseconds), 1)
  let name = ([kernel] + fields.map { "\($0)=\($1)" } + ["times=\(times)"]).joined(separator: ",")
  Benchmark(name, closure: { (_, state: State) in for _ in 0..<times { run(state) } }, setup: { state() })
}

/// A matrix in memory of its own, with numbers from the standard normal distribution.
final class Normal<E: Element> {
  let matrix: Matrix<E>
  private let memory: Buffer<E>

  /// The same memory as a parameter has it.
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
