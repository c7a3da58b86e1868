// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// A change to the data, a network or its training that may improve the gradient flow.
public struct Remedy: Sendable {
  /// A name of one or a few words.
  public let name: String
  /// The paper or the rule that it is based on.
  public let source: String
  /// Returns the changed plans, the mildest change first; none if the remedy does not apply or has no effect.
  let apply: @Sendable (_ plan: TrainingPlan, _ data: DataSet) -> [TrainingPlan]

  private init(
    _ name: String, _ source: String,
    apply: @escaping @Sendable (_ plan: TrainingPlan, _ data: DataSet) -> [TrainingPlan]
  ) {
    self.name = name
    self.source = source
    self.apply = { plan, data in apply(plan, data).filter { $0 != plan } }
  }

  /// Creates a remedy that changes the network. Its parameters are drawn, because those of another network do not fit.
  static func network(
    _ name: String, _ source: String, _ change: @escaping @Sendable (Blueprint) -> Blueprint?
  ) -> Remedy {
    Remedy(name, source) { plan, _ in change(plan.blueprint).map { [plan.drawing($0)] } ?? [] }
  }

  /// Creates a remedy that changes the data.
  static func data(
    _ name: String, _ source: String, where applies: @escaping @Sendable (DataSet) -> Bool,
    _ change: @escaping @Sendable (inout TrainingPlan) -> Void
  ) -> Remedy {
    self.plan(name, source) { plan, data in
      guard applies(data) else { return nil }
      var changed = plan
      change(&changed)
      return changed
    }
  }

  /// Creates a remedy that changes the training.
  static func training(
    _ name: String, _ source: String, _ change: @escaping @Sendable (_ plan: inout TrainingPlan) -> Void
  ) -> Remedy {
    training(name, source, values: { _, _ in [()] }) { plan, _ in change(&plan) }
  }

  /// Creates a remedy that changes a training setting to one of several values. A comparison tries all of them and
  /// reports the best.
  static func training<Setting>(
    _ name: String, _ source: String, values: @escaping @Sendable (TrainingPlan, DataSet) -> [Setting],
    _ change: @escaping @Sendable (_ plan: inout TrainingPlan, _ value: Setting) -> Void
  ) -> Remedy {
    Remedy(name, source) { plan, data in
      values(plan, data).map { value in
        var changed = plan
        change(&changed, value)
        return changed
      }
    }
  }

  /// Creates a remedy that also depends on the data.
  static func plan(
    _ name: String, _ source: String,
    _ change: @escaping @Sendable (_ plan: TrainingPlan, _ data: DataSet) -> TrainingPlan?
  ) -> Remedy {
    Remedy(name, source) { plan, data in change(plan, data).map { [$0] } ?? [] }
  }

  /// Returns a remedy that applies this one and then `other`.
  func and(_ other: Remedy) -> Remedy {
    Remedy("\(name) + \(other.name)", "both") { plan, data in
      apply(plan, data).flatMap { other.apply($0, data) }
    }
  }
}
