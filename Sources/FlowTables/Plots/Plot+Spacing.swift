// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Plot {
  /// A note on the axes of a heat map that are not to scale. Its cells all have the same size, so their coordinates must
  /// be evenly spaced, or have the same ratio.
  var spacingNotes: [String] {
    guard case .heat(let grid) = content else { return [] }
    let uneven = [(x, grid.x), (y, grid.y)].filter { axis, places in axis.names.isEmpty && !places.isEven }
    if uneven.isEmpty { return [] }
    let names = uneven.map(\.0.label).joined(separator: " and ")
    return ["\(names) \(uneven.count == 1 ? "is" : "are") not to scale: each value has a cell of the same size"]
  }
}

extension [Double] {
  /// Whether ascending numbers have equal differences or equal ratios, apart from rounding.
  fileprivate var isEven: Bool {
    guard count > 2, let first, let last else { return true }
    func isConstant(_ steps: [Double]) -> Bool {
      let mean = steps.reduce(0, +) / Double(steps.count)
      return steps.untilStopped.allSatisfy { abs($0 - mean) <= 0.01 * abs(mean) }
    }
    if isConstant(zip(self, dropFirst()).untilStopped.map { $1 - $0 }) { return true }
    return first * last > 0 && isConstant(zip(self, dropFirst()).untilStopped.map { Real.log10($1 / $0) })
  }
}
