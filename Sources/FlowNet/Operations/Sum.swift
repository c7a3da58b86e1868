// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// y = a + b.
final class Sum<E: Element>: Operation {
  let outputs: Int
  var inputs: Int { outputs }
  private var result = Buffer<E>(count: 0)
  private var terms: (Matrix<E>, Matrix<E>)?
  private(set) var output: Matrix<E>?

  init(units: Int) { outputs = units }

  func reserve(rows: Int) { result = Buffer(unset: rows, columns: outputs) }

  /// Both gradients are that of the output.
  var inputGradient: Matrix<E>? { nil }
  var outputMayBeOverwritten: Bool { true }
  var work: Int { 4 * outputs }
  var computesBackward: Bool { false }
  var role: OperationRole<E> { .other }
  var term: GradientTerm { .shortcut }

  func connect(_ inputs: Wires<E>, _ pass: Pass) -> Matrix<E> {
    let y = Matrix(result.pointer, rows: inputs[0].rows, columns: outputs)
    terms = (inputs[0], inputs[1])
    output = y
    return y
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward(_ part: Range<Int>, _ pass: Pass) {
    if let (a, b) = terms, let output { a.add(b, into: output, rows: part) }
  }

  func connectBackward(_ site: BackwardSite<E>) {
    site.memory.share(site.gradients[0])
    for input in 0..<2 { site.inputGradients[input] = site.gradients[0] }
  }

  func backward(_ part: Range<Int>, _ pass: Pass) {}
  func isInRange(_ gradients: Wires<E>, _ check: RangeCheck<E>) -> Bool { true }
  func wideBackward(_ gradients: [WideMatrix], _ pool: ThreadPool) -> [WideMatrix]? { nil }
}

extension Matrix {
  /// Adds some rows of another matrix of the same shape. The sum may be in the place of either matrix.
  @inline(__always)
  func add(_ other: Matrix, into sum: Matrix, rows: Range<Int>) {
    for i in Swift.stride(from: rows.lowerBound * stride, to: rows.upperBound * stride, by: E.Vector.scalarCount) {
      let left: E.Vector = load(UnsafePointer(pointer + i))
      let right: E.Vector = load(UnsafePointer(other.pointer + i))
      store(left + right, sum.pointer + i)
    }
  }
}
