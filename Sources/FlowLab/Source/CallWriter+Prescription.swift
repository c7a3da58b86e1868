// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowNet
import FlowRuntime
import FlowTables

extension CallWriter {
  /// Returns the statements that make the changes of a prescription, or an empty text if it is only advice.
  ///
  /// - Parameters:
  ///   - changes: The changes in order, those of the data last.
  ///   - plan: The network and its training, as they are.
  ///   - source: The source of the network and of the data.
  ///   - precision: The precision of networks for which none is given.
  func source(
    _ changes: [Prescription.Change], from plan: TrainingPlan, _ source: TrialSource, precision: Precision
  ) -> String {
    var training = plan.training
    var statements = [source.reset].compactMap(\.self)
    var (isNetworkNew, data): (Bool, String?) = (false, nil)
    for change in changes {
      switch change {
      case .standardizeInputs: data = "standardize(\(data ?? source.data))"
      case .scaleTargets: data = "scale(\(data ?? source.data), targets: standard)"
      case .edits(let edits): statements += edits.map { self.source($0, source.network) }
      case .network(let blueprint):
        isNetworkNew = true
        statements = ["\(source.network) = \(self.source(blueprint, precision: precision))"]
      case .training(let options): training = options
      case .advice: return ""
      }
    }
    if let data {
      if source.repeated == nil, !isNetworkNew { statements = [] }
      statements.append("\(source.dataVariable) = \(data)")
    }
    if let run = source.repeated {
      let subject = [
        Argument("net", .none, source: source.network),
        Argument("data", .none, source: data == nil ? source.data : source.dataVariable),
      ]
      statements.append("\(run) = \(call("train", subject + arguments(training)))")
    }
    return statements.joined(separator: "; ")
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
