// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

/// A network, its data and its training: everything but the draws.
struct Setup {
  /// A change of initial values.
  enum Edit: CustomStringConvertible {
    case scale(layer: Int, factor: Double)
    case bias(layer: Int, value: Double)
    /// All units of a hidden layer become copies of the first one.
    case copies(layer: Int)

    var description: String {
      switch self {
      case .scale(let layer, let factor): "weights @\(layer) times \(factor)"
      case .bias(let layer, let value): "bias @\(layer) \(value)"
      case .copies(let layer): "copies @\(layer)"
      }
    }
  }

  var data: SampleData
  var shape: Shape
  var edits: [Edit] = []
  var training: TrainingOptions
  /// The losses of this setup divided by those of the same setup with targets of the usual size.
  var unit = 1.0

  func network(seed: UInt64) throws -> Network {
    let network = Network(try Architecture(shape.blueprint), seed: NetworkSeed(seed))
    for edit in edits {
      switch edit {
      case .scale(let layer, let factor):
        network.assign(layer: layer, .weight, network.numbers(layer: layer, .weight)!.map { factor * $0 })
      case .bias(let layer, let value):
        network.assign(layer: layer, .bias, network.numbers(layer: layer, .bias)!.map { _ in value })
      case .copies(let layer):
        let (own, next) = (network.layer(layer), network.layer(layer + 1))
        let (incoming, outgoing) = (
          network.numbers(layer: layer, .weight)!, network.numbers(layer: layer + 1, .weight)!
        )
        network.assign(layer: layer, .weight, (0..<own.outputs * own.inputs).map { incoming[$0 % own.inputs] })
        network.assign(
          layer: layer + 1, .weight,
          (0..<next.outputs * next.inputs).map { outgoing[$0 / next.inputs * next.inputs] })
      }
    }
    return network
  }

  /// Trains a network. Its values change.
  func run(_ network: Network, seed: UInt64, isRecorded: Bool, _ data: DataSet, _ pool: ThreadPool) throws -> Run {
    var options = training
    options.seed = seed
    if !isRecorded { options.recordEvery = nil }
    return try network.train(data, options, observer: NoObserver(), pool: pool)
  }

  func loss(_ data: DataSet) -> Loss { .automatic(for: data, outputs: shape.outputs) }

  /// Returns the losses at the end of a training run with each of the seeds, in the unit of the usual targets.
  func losses(_ seeds: ClosedRange<UInt64>, _ pool: ThreadPool) throws -> [Double] {
    let data = data.dataSet
    return try seeds.map { seed in
      let run = try run(network(seed: seed), seed: seed, isRecorded: false, data, pool)
      return try endLoss(run, data, pool)
    }
  }

  func endLoss(_ run: Run, _ data: DataSet, _ pool: ThreadPool) throws -> Double {
    let end = try run.network.evaluate(data, loss: loss(data), pool: pool).loss / unit
    return run.fault == nil && end.isFinite ? end : .infinity
  }

  /// The loss of the best constant outputs, in the unit of the usual targets.
  var baseline: Double {
    let data = data.dataSet
    return loss(data).baseline(data, samples: data.samples, outputs: shape.outputs) / unit
  }

  /// The setup in one line.
  var description: String {
    let options = training
    let optimizer = "\(options.optimizer.name)\(options.optimizer.arguments)"
    let parts: [String?] = [
      "\(data.name)(\(data.inputs.count / data.inputWidth))", shape.description, optimizer,
      "epochs \(options.epochs) batch \(options.batch)", options.clip.map { "\($0.name)\($0.arguments)" },
      options.penalty.map { "\($0.name)\($0.arguments)" }, edits.isEmpty ? nil : "\(edits[0])",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
