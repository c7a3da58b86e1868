// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// The properties of a dense layer, beyond its shape, that the theory depends on.
struct ProbeDescription {
  /// The position of the layer in a residual block: not in one, alone with a plain shortcut around it, or any other.
  enum Block { case none, shortcut, other }

  let dense: Dense
  let inputs: Int
  /// The first activation between the layer and the next one; `nil` if there is none.
  var ownActivation: Activation?
  var norm: NormChoice
  var block: Block
  /// The fraction of the layer's inputs that dropout keeps.
  let kept: Double

  var activation: Activation { ownActivation ?? .identity }

  /// The layer without its activation.
  var withoutActivation: ProbeDescription {
    var other = self
    other.ownActivation = nil
    return other
  }

  /// Whether the weights are calibrated next to biases that contribute a large part of the target variance. The part
  /// that is left for the weights is then random.
  var leavesWeightsToChance: Bool {
    dense.weights.needsData && dense.biasRule.variance(fanIn: inputs, fanOut: dense.units) > Self.mostBiasVariance
  }

  private static let mostBiasVariance = 0.25

  /// Whether the units of the layer share a shift that is not normalised away.
  var isShifted: Bool { hasShiftingWeights || (dense.biasRule.mean != 0 && norm == .none) }

  /// Whether they share a shift that differs from sample to sample.
  var hasShiftingWeights: Bool { dense.weights.mean != 0 && norm != .layer }
}

extension Dense {
  /// The initializer of the biases. A layer without biases behaves like one whose biases are 0.
  var biasRule: Initializer { bias ?? .zeros }
}

extension Architecture {
  /// The descriptions of the affine layers, in the order of the flow table. Some are missing if a stop was requested.
  var probeDescriptions: [ProbeDescription] {
    var reader = ProbeReader()
    reader.read(layers, inputs: inputs)
    return reader.descriptions
  }
}

/// Collects the descriptions layer by layer.
private struct ProbeReader {
  private(set) var descriptions: [ProbeDescription] = []
  /// The fraction of units that dropout has kept since the last affine layer.
  private var kept = 1.0
  /// Whether there is something that the theory does not cover between the last affine layer and the next one.
  private var isBroken = false

  /// Reads layers that are not inside a block.
  mutating func read(_ layers: [any Layer], inputs: Int) {
    var width = inputs
    for layer in layers.untilStopped {
      // The layers fit, because the architecture was checked.
      let outputs = (try? layer.outputs(inputs: width)) ?? width
      switch layer.role {
      case .affine(let dense):
        add(dense, layer, inputs: width, isBroken ? .other : .none)
        isBroken = false
      case .block(let scale):
        // A shortcut also carries the remaining units.
        let isKnown = scale == 1 && kept == 1 && !isBroken && Self.isSimple(layer, inputs: width, outputs: outputs)
        kept = 1
        isBroken = false
        readBlock(layer.children, inputs: width, isKnown ? .shortcut : .other)
      case .mask(let share): kept *= share
      case .activation: follow(layer.ownActivation)
      case .norm(let norm): follow(norm)
      case .other: breakOff()
      }
      width = outputs
    }
  }

  private mutating func readBlock(_ layers: [any Layer], inputs: Int, _ block: ProbeDescription.Block) {
    var width = inputs
    for layer in layers.untilStopped {
      switch layer.role {
      case .affine(let dense): add(dense, layer, inputs: width, block)
      case .block: readBlock(layer.children, inputs: width, block)
      case .activation: follow(layer.ownActivation)
      case .norm(let norm): follow(norm)
      case .mask, .other: break
      }
      width = (try? layer.outputs(inputs: width)) ?? width
    }
  }

  /// Returns whether a block consists of one affine layer and a plain shortcut.
  private static func isSimple(_ block: any Layer, inputs: Int, outputs: Int) -> Bool {
    inputs == outputs && block.rowCount == 1
      && block.children.allSatisfy { layer in
        switch layer.role {
        case .affine, .activation, .norm: true
        case .mask, .block, .other: false
        }
      }
  }

  private mutating func add(_ dense: Dense, _ layer: any Layer, inputs: Int, _ block: ProbeDescription.Block) {
    descriptions.append(
      ProbeDescription(
        dense: dense, inputs: inputs, ownActivation: layer.ownActivation, norm: .none, block: block, kept: kept))
    kept = 1
  }

  /// The first activation after an affine layer belongs to it.
  private mutating func follow(_ activation: Activation?) {
    guard let last = descriptions.indices.last, descriptions[last].ownActivation == nil else { return }
    descriptions[last].ownActivation = activation
  }

  private mutating func follow(_ norm: NormChoice) {
    guard let last = descriptions.indices.last, descriptions[last].norm == .none else { return }
    descriptions[last].norm = norm
  }

  private mutating func breakOff() {
    isBroken = true
    if let last = descriptions.indices.last { descriptions[last].block = .other }
  }
}
