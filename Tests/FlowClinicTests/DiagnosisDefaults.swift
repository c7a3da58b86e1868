// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

/// The thresholds that most tests use.
extension DiagnosisThresholds {
  static let usual = DiagnosisThresholds(flow: Fixture.thresholds, scale: 30)
}

extension RunThresholds {
  static let usual = RunThresholds(network: .usual, jump: 3, leap: 0.3, stall: 0.02, drift: 0.01)
}

extension Network {
  func diagnose(
    _ data: DataSet, loss: Loss, checksData: Bool, limit: Int = 1024, pool: ThreadPool
  ) throws(NetworkError) -> [Diagnosis] {
    try diagnose(data, loss: loss, checksData: checksData, limit: limit, thresholds: .usual, pool: pool)
  }
}

extension Run {
  func diagnose(
    on data: DataSet? = nil, thresholds: RunThresholds = .usual, pool: ThreadPool
  ) throws(NetworkError) -> [Diagnosis] {
    try diagnose(on: data, limit: 1024, thresholds: thresholds, pool: pool).diagnoses
  }
}
