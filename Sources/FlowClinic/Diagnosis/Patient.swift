// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// New values of a parameter of a row of the flow table.
typealias ParameterChange = (layer: Int, kind: ParameterKind, numbers: [Double])

/// The subject of a diagnosis: a network, and the data and the loss that it is measured with.
struct Patient {
  let network: Network
  let data: DataSet
  let loss: Loss
  /// The number of samples, starting with the first.
  let samples: Int
  /// Whether the data and the loss are examined too. If not, they only serve to measure the network.
  let checksData: Bool
  let thresholds: DiagnosisThresholds
  /// The loss of the best constant outputs.
  let baseline: Double
  let pool: ThreadPool

  init(
    _ network: Network, _ data: DataSet, _ loss: Loss, limit: Int, checksData: Bool, _ thresholds: DiagnosisThresholds,
    _ pool: ThreadPool
  ) {
    let samples = min(limit, data.samples)
    self.init(
      network, data, loss, samples, checksData, thresholds,
      baseline: data.fits(outputs: network.outputs)
        ? loss.baseline(data, samples: samples, outputs: network.outputs) : .nan, pool)
  }

  private init(
    _ network: Network, _ data: DataSet, _ loss: Loss, _ samples: Int, _ checksData: Bool,
    _ thresholds: DiagnosisThresholds, baseline: Double, _ pool: ThreadPool
  ) {
    self.network = network
    self.data = data
    self.loss = loss
    self.samples = samples
    self.checksData = checksData
    self.thresholds = thresholds
    self.baseline = baseline
    self.pool = pool
  }

  /// The remedies for the network.
  var prescriptions: NetworkPrescriptions { NetworkPrescriptions(network, for: checksData ? loss : nil) }

  /// Returns the patient with another network.
  func with(network: Network) -> Patient {
    Patient(network, data, loss, samples, checksData, thresholds, baseline: baseline, pool)
  }

  /// Returns the patient with other data.
  func with(data: DataSet) -> Patient {
    Patient(network, data, loss, limit: samples, checksData: checksData, thresholds, pool)
  }

  /// Returns the patient with some parameters of its network replaced.
  func with(_ changes: [ParameterChange]) -> Patient {
    let other = network.copy()
    for change in changes { other.assign(layer: change.layer, change.kind, change.numbers) }
    return with(network: other)
  }

  /// Returns the patient with some parameters of its network changed.
  func with(_ edits: [ParameterEdit], seed: UInt64 = Self.seed.seed) -> Patient {
    let other = network.copy()
    other.apply(edits, seed: seed)
    return with(network: other)
  }

  /// Returns the patient with a network of another structure and, as far as possible, the same parameters; see
  /// `Network.transplanted`. Returns nil if there is no such network.
  ///
  /// - Parameter rows: Returns, for each of the given number of rows, the row of this network that it comes from.
  func with(_ blueprint: Blueprint?, rows: ((_ count: Int) -> [Int])? = nil) -> Patient? {
    guard let blueprint, let architecture = try? Architecture(blueprint) else { return nil }
    return with(
      network: network.transplanted(
        to: architecture, rows: rows?(architecture.graph.rows.count), seed: Self.seed))
  }

  /// The seed for parameters that are drawn for a test.
  static var seed: NetworkSeed { NetworkSeed(1) }

  /// Measures the patient. Returns nil if a stop was requested.
  func signs() throws(NetworkError) -> Signs? {
    let rows = try network.flow(
      data, loss: loss, limit: samples, thresholds: thresholds.flow, isTraining: true, predictions: nil, pool: pool)
    if rows.isEmpty { return nil }
    let signs = Signs(self, rows, loss: network.trainingLoss(data, samples: samples, loss, pool))
    return StopToken.current.isRequested ? nil : signs
  }
}
