// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A hidden layer with units that are copies of each other: they have the same incoming weights, the same bias and the
/// same outgoing weights. Training changes all of them by the same amount, so they stay copies.
struct UnitCopies {
  let layer: Int
  /// The number of different units.
  let different: Int
  let units: Int

  /// Finds the layers with copies. Only layers are compared whose weights connect every input with
  /// every unit, and whose outputs the next layer reads.
  static func all(in network: Network) -> [UnitCopies] {
    let widths = (1...network.depth).map { network.layer($0) }
    guard network.depth > 1 else { return [] }
    var found: [UnitCopies] = []
    for (own, next) in zip(widths, widths.dropFirst()).untilStopped
    where own.outputs > 1 && own.outputs == next.inputs {
      guard let incoming = network.numbers(layer: own.layer, .weight),
        let outgoing = network.numbers(layer: next.layer, .weight),
        incoming.count == own.outputs * own.inputs, outgoing.count == next.outputs * next.inputs
      else { continue }
      let biases = network.numbers(layer: own.layer, .bias)
      var known: Set<[Double]> = []
      for unit in 0..<own.outputs {
        var numbers = Array(incoming[unit * own.inputs..<(unit + 1) * own.inputs])
        if let biases { numbers.append(biases[unit]) }
        for row in 0..<next.outputs { numbers.append(outgoing[row * next.inputs + unit]) }
        known.insert(numbers)
      }
      if known.count < own.outputs {
        found.append(UnitCopies(layer: own.layer, different: known.count, units: own.outputs))
      }
    }
    return found
  }
}
