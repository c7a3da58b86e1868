// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A hidden layer with units that are copies of each other: they have the same incoming weights, the same bias and the
/// same outgoing weights. Training changes all of them by the same amount, so they stay copies.
struct UnitCopies {
  let layer: Int
  /// The number of different units.
  let different: Int
  let units: Int

  /// Finds the layers with copies. Considers only layers whose weights connect every input with every unit, and whose
  /// outputs the next layer reads.
  static func all(in network: Network) -> [UnitCopies] {
    let widths = (1...network.depth).map { network.layer($0) }
    guard network.depth > 1 else { return [] }
    var found: [UnitCopies] = []
    for (own, next) in zip(widths, widths.dropFirst()).untilStopped
    where own.outputs > 1 && own.outputs == next.inputs {
      guard network.count(layer: own.layer, .weight) == own.outputs * own.inputs,
        network.count(layer: next.layer, .weight) == next.outputs * next.inputs,
        let incoming = network.numbers(layer: own.layer, .weight)
      else { continue }
      let biases = network.numbers(layer: own.layer, .bias)
      func weights(_ unit: Int) -> ArraySlice<Double> { incoming[unit * own.inputs..<(unit + 1) * own.inputs] }
      // In almost all networks, a few numbers suffice to distinguish all units.
      let keys = (0..<own.outputs).map { unit in
        [weights(unit).first ?? 0, weights(unit).last ?? 0, biases?[unit] ?? 0]
      }
      if Set(keys).count == own.outputs { continue }
      guard let outgoing = network.numbers(layer: next.layer, .weight) else { continue }
      let units = (0..<own.outputs).untilStopped.map { unit in
        weights(unit) + [biases?[unit] ?? 0]
          + (0..<next.outputs).map { outgoing[$0 * next.inputs + unit] }
      }
      let different = Set(units).count
      if different < units.count {
        found.append(UnitCopies(layer: own.layer, different: different, units: own.outputs))
      }
    }
    return found
  }
}
