// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

extension Patient {
  /// Returns a suspect for the layers whose weights have a mean larger than their spread. Such weights preserve the
  /// size of the signal at best for one direction of the inputs, and no factor changes that.
  func shiftedWeights(_ signs: Signs) -> [Suspect] {
    let layers = signs.rows.filter(network.isDense).map(\.layer).filter { layer in
      network.numbers(layer: layer, .weight).map(Self.areShifted) ?? false
    }
    guard let first = layers.first else { return [] }
    return [
      Suspect(cause: .weights, layer: first, explains: .ofNetworks, prescription: newDraw(of: layers)) { _ in
        "the mean of the weights is larger than their spread, so all units of a layer compute almost the same"
      } repaired: {
        redrawn(layers)
      }
    ]
  }

  /// The mean of fewer independent weights may exceed their spread by chance.
  private static let fewestWeights = 16

  private static func areShifted(_ weights: [Double]) -> Bool {
    guard weights.count >= fewestWeights else { return false }
    let mean = weights.reduce(0, +) / Double(weights.count)
    return abs(mean) > norm(weights.map { $0 - mean }) / Double(weights.count).squareRoot()
  }
}
