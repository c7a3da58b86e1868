// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet

/// A change of a network or of its training that may improve the gradient flow.
public struct Remedy: Sendable {
  /// A name of one or a few words.
  public let name: String
  /// The paper or the rule behind it.
  public let source: String
  /// Returns the changed plan, or `nil` if the remedy does not apply or changes nothing.
  let apply: @Sendable (TrainingPlan) -> TrainingPlan?

  private init(_ name: String, _ source: String, _ apply: @escaping @Sendable (TrainingPlan) -> TrainingPlan?) {
    self.name = name
    self.source = source
    self.apply = apply
  }

  /// Creates a remedy that changes the network.
  static func network(
    _ name: String, _ source: String, _ change: @escaping @Sendable (Blueprint) -> Blueprint?
  ) -> Remedy {
    Remedy(name, source) { plan in
      guard let blueprint = change(plan.blueprint) else { return nil }
      var plan = plan
      plan.blueprint = blueprint
      return plan
    }
  }

  /// Creates a remedy that changes the training.
  static func training(
    _ name: String, _ source: String, _ change: @escaping @Sendable (inout TrainingPlan) -> Void
  ) -> Remedy {
    Remedy(name, source) { plan in
      var changed = plan
      change(&changed)
      return changed == plan ? nil : changed
    }
  }

  /// Returns a remedy that applies both, one after the other.
  func and(_ other: Remedy) -> Remedy {
    Remedy("\(name) + \(other.name)", "both") { plan in apply(plan).flatMap(other.apply) }
  }
}
