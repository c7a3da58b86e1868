// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = factor·x, for the branch of a residual block.
final class Scaling<E: Element>: UnaryOperation {
  let inputs: Int
  var outputs: Int { inputs }
  private let factor: E
  private var result = Buffer<E>(count: 0)
  private var input: Matrix<E>?
  private var gradient: Matrix<E>?
  private(set) var output: Matrix<E>?
  private(set) var inputGradient: Matrix<E>?

  init(by factor: Double, units: Int) {
    self.factor = E(factor)
    inputs = units
  }

  func reserve(rows: Int) { result = Buffer(unset: rows, columns: inputs) }

  var outputMayBeOverwritten: Bool { true }
  var work: Int { 2 * inputs }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .shortcut }

  func connect(_ x: Matrix<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: x.rows, columns: inputs)
    input = x
    output = y
    return y
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) { multiply(input!.rows(part), into: output!.rows(part)) }

  func connectBackward(_ g: Matrix<E>, needsInput: Bool, _ memory: GradientMemory<E>) -> Matrix<E> {
    memory.giveBack(g)
    let dx = memory.take(g.rows, columns: inputs)
    gradient = g
    inputGradient = dx
    return dx
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ part: Range<Int>, _ pass: Pass) { multiply(gradient!.rows(part), into: inputGradient!.rows(part)) }

  func isInRange(_ g: Matrix<E>, _ check: RangeCheck<E>) -> Bool {
    check.comesFromRows(inputGradient ?? g, of: g, nil)
  }

  func wideBackward(_ g: WideMatrix, _ pool: ThreadPool) -> WideMatrix? {
    WideMatrix(rows: g.rows, columns: g.columns) { g[$0, $1] * WideNumber(Double(factor)) }
  }

  @inline(__always)
  private func multiply(_ x: Matrix<E>, into y: Matrix<E>) {
    let factor = E.Vector(repeating: factor)
    for i in stride(from: 0, to: x.count, by: E.Vector.scalarCount) {
      store(factor * load(UnsafePointer(x.pointer + i)), y.pointer + i)
    }
  }
}
