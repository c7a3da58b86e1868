// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

extension Patient {
  /// Returns the possible causes of the symptoms of a network, in the order in which they act. Causes in the same group
  /// act at the same time.
  func suspects(_ signs: Signs) -> [[Suspect]] {
    var all = [
      strays(signs), inputScale(signs), targetScale(signs), pairing(signs), symmetry(signs), masks(), starts(signs),
    ]
    // Without the slopes, or with fewer layers, the signal is smaller for any cause.
    let hasBranches = network.architecture.blueprint.withBranches(scaledBy: 0.5) != nil
    if !signs.isOfSignal {
      all += signs.isMild || hasBranches ? [depth(signs), slopes(signs)] : [slopes(signs), depth(signs)]
    }
    all += [deadWeights(signs), zeroSlopes(signs)]
    // The gradient may vanish below the range of the precision for other reasons, too, which are found after this one.
    return signs.severity(.underflow) > Signs.present ? [precision(signs)] + all : all + [precision(signs)]
  }

  private func strays(_ signs: Signs) -> [Suspect] {
    guard !signs.strays.isEmpty else { return [] }
    return [
      Suspect(
        cause: .data, explains: [.scale, .overflow], evidence: signs.strays.columns[0].evidence,
        prescription: Prescription(
          "leave out or replace such values", "they may stand for missing values, or be errors", .advice)
      ) { _ in
        signs.strays.explanation
      } repaired: {
        // The scaling of the data suits the strays.
        let rest = data.subset(signs.strays.rest)
        return with(data: data.inputScaling == nil ? rest : rest.standardized())
      }
    ]
  }

  private func inputScale(_ signs: Signs) -> [Suspect] {
    guard let inputs = signs.inputs else { return [] }
    return [
      Suspect(
        cause: .data, layer: 1, explains: [.scale, .overflow], evidence: inputs.evidence,
        prescription: Prescription(
          "standardize inputs", "then every input has mean 0 and standard deviation 1", .standardizeInputs)
      ) { _ in
        "the inputs are \(inputs.what)"
      } repaired: {
        with(data: data.standardized())
      }
    ]
  }

  private func targetScale(_ signs: Signs) -> [Suspect] {
    guard let targets = signs.targets else { return [] }
    return [
      Suspect(
        cause: .data, explains: [.scale, .overflow], evidence: targets.evidence,
        prescription: Prescription("scale targets", "then they are as large as the outputs", .scaleTargets)
      ) { _ in
        "the targets are \(targets.what)"
      } repaired: {
        (try? data.scaled(targets: .standard)).map { with(data: $0) }
      }
    ]
  }

  private func pairing(_ signs: Signs) -> [Suspect] {
    guard let pairing = signs.pairing else { return [] }
    let other = network.architecture.blueprint.with(output: .identity)
    return [
      Suspect(
        cause: .pairing, layer: network.depth, explains: [.pairing],
        prescription: prescriptions.identityOutput
      ) { _ in
        pairing.explanation
      } repaired: {
        with(other)
      }
    ]
  }

  private func symmetry(_ signs: Signs) -> [Suspect] {
    guard let first = signs.copies.first else { return [] }
    let isEvery = signs.copies.count == network.depth - 1 && network.depth > 2
    // The layer after a layer of copies has equal weights for them, too.
    let layers = Set(signs.copies.flatMap { [$0.layer, $0.layer + 1] }).sorted()
    return [
      Suspect(
        cause: .symmetry, layer: first.layer, explains: .ofNetworks.union([.symmetric]),
        prescription: newDraw(of: layers)
      ) { _ in
        (isEvery ? "in every hidden layer, " : "") + "units with equal weights stay copies of each other"
      } repaired: {
        redrawn(layers)
      }
    ]
  }

  /// Returns dropout that leaves fewer than half of the units.
  private func masks() -> [Suspect] {
    guard let kept = network.architecture.graph.keptShare, kept < 0.5 else { return [] }
    let other = network.architecture.blueprint.withoutMasks()
    return [
      Suspect(
        cause: .dropout, explains: .ofNetworks,
        prescription: prescriptions.noDropout
      ) { _ in
        "dropout leaves too few units"
      } repaired: {
        with(other)
      }
    ]
  }

  /// Returns the slopes of the activations: without them, weights of the same directions preserve the gradient.
  private func slopes(_ signs: Signs) -> [Suspect] {
    guard signs.rows.contains(where: { $0.activation != .identity }) else { return [] }
    return [
      Suspect(cause: .slope, explains: [.underflow, .saturated, .vanishing, .exploding]) { symptom in
        symptom == .saturated
          ? "\(signs.activationName) is flat for inputs of this size"
          : "the slopes of \(signs.activationName) \(symptom.shrinks ? "shrink" : "amplify") the gradient in every "
            + "layer"
      } repaired: {
        guard let linear = with(network.architecture.blueprint.with(activation: .identity)) else { return nil }
        return linear.rescaled(signs.rows.dropLast().filter(network.isDense).map { LayerVariance($0, .identity) })
      }
    ]
  }

  /// Returns layers of an activation that is flat everywhere. A normalisation after them preserves the gradient, but
  /// the layers still hardly react to their inputs.
  func flatness(_ signs: Signs) -> [Suspect] {
    let flat = signs.rows.filter { $0.activation.steepest.map { $0 < 0.5 } ?? false }
    // Networks with up to three such layers train well.
    guard flat.count > 3 else { return [] }
    return [
      Suspect(cause: .slope, explains: .ofNetworks) { _ in
        "the slopes of \(flat[0].activation.name) are small everywhere, so the layers hardly react to their inputs"
      } repaired: {
        guard let other = with(network.architecture.blueprint.with(activation: .relu)) else { return nil }
        return other.rescaled(signs.rows.dropLast().filter(network.isDense).map { LayerVariance($0, .relu) })
      }
    ]
  }

  /// Returns the number of layers as a cause. The repair keeps a quarter of them, or makes the branches add less.
  private func depth(_ signs: Signs) -> [Suspect] {
    let blueprint = network.architecture.blueprint
    let words: (Diagnosis.Symptom) -> String = { symptom in
      let verb = symptom.shrinks ? "shrink" : "amplify"
      return signs.isMild
        ? "the layers \(verb) the gradient only slightly, but there are \(signs.rows.count) of them"
        : "each of \(signs.rows.count) layers \(symptom.shrinks ? "shrinks" : "amplifies") the gradient"
    }
    let small = 1 / Double(network.depth).squareRoot()
    let explained: Set<Diagnosis.Symptom> = [.overflow, .underflow, .vanishing, .exploding]
    return [
      Suspect(cause: .depth, layer: 1, explains: explained) { symptom in
        symptom == .vanishing ? words(symptom) : "each of \(signs.rows.count) blocks adds as much as it receives"
      } repaired: {
        with(blueprint.withBranches(scaledBy: small))
      },
      Suspect(cause: .depth, explains: explained, explanation: words) {
        halved?.halved ?? halved
      },
    ]
  }

  /// The patient with about half of its layers.
  private var halved: Patient? {
    let depth = network.depth
    return with(network.architecture.blueprint.withHalfTheHiddenLayers()) { count in
      (1..<count).map { min(2 * $0 - 1, depth) } + [depth]
    }
  }

  /// Returns rectifiers in layers so narrow that in many draws all of their units are inactive for every input (Lu, Shin,
  /// Su, Karniadakis 2020, "Dying ReLU and initialization"). Shortcuts bypass them, and a normalisation keeps some inputs
  /// on the active side.
  private func zeroSlopes(_ signs: Signs) -> [Suspect] {
    guard let row = signs.row(.dead), row.dead == 1, row.activation.isRectifier else { return [] }
    return [prescriptions.shortcuts, prescriptions.batchNorm].compactMap(\.self).map { prescription in
      Suspect(cause: .slope, layer: row.layer, explains: [.dead], prescription: prescription, endsSearch: true) { _ in
        "the slope of \(row.activation.name) is 0 for all negative z, which is every z of the "
          + (row.outputs == 1 ? "only unit" : "\(row.outputs) units")
      } repaired: {
        guard case .network(let blueprint) = prescription.change, let other = with(blueprint),
          let signs = try? other.signs(), !signs.hidden.contains(where: { $0.dead == 1 })
        else { return nil }
        return other
      }
    }
  }

  private func precision(_ signs: Signs) -> [Suspect] {
    guard network.precision != .f64 else { return [] }
    return [
      Suspect(cause: .precision, explains: [.overflow, .underflow]) { symptom in
        symptom == .underflow
          ? "the gradient is below the smallest number of \(network.precision.rawValue)"
          : "the numbers are outside the range of \(network.precision.rawValue)"
      } repaired: {
        with(network: network.converted(to: .f64))
      }
    ]
  }
}
