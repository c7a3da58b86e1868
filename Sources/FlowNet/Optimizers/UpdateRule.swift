// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The arithmetic of an optimizer for a vector of parameters.
protocol UpdateRule: SendableMetatype {
  /// The coefficients of a step, the same for all parameters, in f64.
  associatedtype Coefficients
  /// The number of state values per parameter: 0, 1 (`first`) or 2 (`second` as well).
  static var memories: Int { get }
  /// Returns the coefficients for the optimizer's arguments. Steps are counted from 1.
  static func coefficients(_ arguments: [Double], step: Int) -> Coefficients
  /// Returns the new parameters and updates their state, `first` and `second`.
  static func updated<V: Lanes>(_ w: V, _ g: V, _ first: inout V, _ second: inout V, _ c: Coefficients) -> V
}

/// Sums of squares of a parameter, of its change in a step and of its drift from the initial values, computed during
/// the update. Every number is multiplied by `unit` before it is squared.
struct UpdateSums {
  var weights = 0.0
  var change = 0.0
  var drift = 0.0
  /// A power of two that keeps the squares in the range of the element type.
  var unit = 1.0

  /// Adds the sums of the next piece of the same parameter.
  mutating func add(_ piece: UpdateSums) {
    weights += piece.weights
    change += piece.change
    drift += piece.drift
  }
}

/// The memory that an update of a piece of a parameter reads and writes.
struct UpdateMemory<E: Element> {
  let values: UnsafeMutablePointer<E>
  let gradients: UnsafePointer<E>
  let initial: UnsafePointer<E>
  let first: UnsafeMutablePointer<E>
  let second: UnsafeMutablePointer<E>
  let count: Int
}

/// The loop for one rule and one element type.
struct UpdateLoop<E: Element>: Sendable {
  /// Updates some pieces in place and measures them in the same pass, in the units given by `sums`. Steps are counted
  /// from 1.
  let run:
    @Sendable (
      _ pieces: UnsafeBufferPointer<UpdateMemory<E>>, _ range: Range<Int>, _ arguments: [Double], _ step: Int,
      _ sums: UnsafeMutableBufferPointer<UpdateSums>
    ) -> Void

  @inline(__always)
  init<R: UpdateRule>(_ rule: R.Type) {
    run = { pieces, range, arguments, step, sums in
      let coefficients = rule.coefficients(arguments, step: step)
      for piece in range { update(rule, pieces[piece], coefficients, &sums[piece]) }
    }
  }
}

@inline(__always)
private func update<E: Element, R: UpdateRule>(
  _ rule: R.Type, _ memory: UpdateMemory<E>, _ coefficients: R.Coefficients, _ sums: inout UpdateSums
) {
  let scale = E.Vector.of(sums.unit)
  let block = 1024
  var result = UpdateSums(unit: sums.unit)
  var start = 0
  while start < memory.count {
    let end = min(start + block, memory.count)
    var weights = E.Vector()
    var change = E.Vector()
    var drift = E.Vector()
    var i = start
    while i < end {
      let w: E.Vector = load(UnsafePointer(memory.values + i))
      // State that the rule does not use is not read, because the update of a large network is limited by memory
      // bandwidth.
      var first = R.memories > 0 ? load(UnsafePointer(memory.first + i)) : E.Vector()
      var second = R.memories > 1 ? load(UnsafePointer(memory.second + i)) : E.Vector()
      let new = R.updated(w, load(memory.gradients + i), &first, &second, coefficients)
      store(new, memory.values + i)
      if R.memories > 0 { store(first, memory.first + i) }
      if R.memories > 1 { store(second, memory.second + i) }
      let size = new * scale
      let step = (new - w) * scale
      let distance = (new - load(memory.initial + i)) * scale
      weights = weights.fused(size, size)
      change = change.fused(step, step)
      drift = drift.fused(distance, distance)
      i += E.Vector.scalarCount
    }
    result.weights += weights.sum
    result.change += change.sum
    result.drift += drift.sum
    start = end
  }
  sums = result
}
