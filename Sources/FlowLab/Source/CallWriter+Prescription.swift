// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowNet
import FlowRuntime
import FlowTables

extension CallWriter {
  /// Returns the statement that applies a prescription, or an empty text if it is only advice.
  ///
  /// - Parameters:
  ///   - plan: The network and its training, as they are.
  ///   - network: The source of the network.
  ///   - data: The source of the data.
  ///   - precision: The precision of networks for which none is given.
  func source(
    _ change: Prescription.Change, from plan: TrainingPlan, network: String, data: String, precision: Precision
  ) -> String {
    var other = plan
    switch change {
    case .standardizeInputs: return "\(data) = standardize(\(data))"
    case .scaleTargets: return "\(data) = scale(\(data), targets: standard)"
    case .edits(let edits): return edits.map { source($0, network) }.joined(separator: "; ")
    case .network(let blueprint): other.blueprint = blueprint
    case .training(let options): other.training = options
    case .advice: return ""
    }
    return self.change(from: plan, to: other, network: network, data: data, precision: precision)
  }

  /// Returns the statement that changes a parameter.
  func source(_ edit: ParameterEdit, _ network: String) -> String {
    let place = "\(network)[\(edit.layer)].\(edit.kind.rawValue)"
    switch edit.change {
    case .scaled(let factor): return "\(place) = \(place) * \(NumberStyle.significant(factor))"
    case .drawn(let initializer):
      return "\(place) = draw(\(initializer.sourceText), shape(\(place)))"
    }
  }
}
