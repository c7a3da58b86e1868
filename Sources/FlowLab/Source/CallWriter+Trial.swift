// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic
import FlowData
import FlowNet
import FlowRuntime

/// The source of the network and of the data that code written for the user starts from.
struct TrialSource {
  /// A variable for the network.
  let network: String
  /// The statement that resets the variable to the network before the training, or nil if it still holds that network.
  let reset: String?
  /// An expression for the data.
  let data: String
  /// An expression for the validation data, or nil if none was given.
  let validation: String?
  /// A variable for a repeated training of the network, or nil if it was not trained. The original run keeps its own, so
  /// that the code of several rows can use it.
  private(set) var repeated: String?

  init(network: String, reset: String?, data: String, validation: String? = nil) {
    (self.network, self.reset, self.data, self.validation) = (network, reset, data, validation)
  }

  /// Creates the source for the run in a variable: the network before its first step, and its data.
  ///
  /// - Parameter taken: The names of the program's variables.
  init(run: String, network: String, validation: String? = nil, taken: Set<String> = []) {
    let network = network == run ? run == "net" ? "model" : "net" : network
    self.init(
      network: network, reset: "\(network) = \(run).before", data: "\(run).data", validation: validation)
    let isName = run.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    // The code must not overwrite what the program has, such as an earlier run.
    let stem = isName ? String(run.reversed().drop(while: \.isNumber).reversed()) : "run"
    repeated = (2...).lazy.map { "\(stem)\($0)" }.first { !taken.contains($0) && $0 != self.network }
  }

  /// A variable for changed data: that of the data, if they have one.
  var dataVariable: String { data.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } ? data : "data" }

  /// Returns the first of two names that the source does not use.
  fileprivate func unusedName(_ first: String, _ second: String) -> String {
    [network, data, validation ?? ""].contains { $0.contains(first) } ? second : first
  }
}

extension Call {
  /// The source for the run that is an argument of the call.
  func trialSource(ofRun name: String, validation: String? = nil) -> TrialSource {
    TrialSource(
      run: sourceName(name), network: object(name, as: RunObject.self).networkName, validation: validation,
      taken: session.variableNames)
  }
}

extension CallWriter {
  /// Returns the statements that repeat a trial after a program: those that make the data and the network, the training,
  /// and the evaluation, which yields the loss and the accuracy of the trial.
  ///
  /// - Parameters:
  ///   - original: The plan without a remedy.
  ///   - measurement: The data that the trial was measured on.
  ///   - precision: The precision of networks for which none is given.
  func trial(
    _ trial: Trial, of plan: TrainingPlan, from original: TrainingPlan, _ source: TrialSource,
    measurement: TrialData.Measurement, precision: Precision
  ) -> String {
    var statements: [String] = []
    var (data, measured) = (source.data, source.validation ?? source.data)
    if measurement == .heldOut {
      let parts = source.unusedName("parts", "halves")
      statements.append("seed(\(TrialData.splitSeed))")
      statements.append("\(parts) = split(\(source.data), \(TrialData.trainingShare))")
      (data, measured) = ("\(parts)[1]", "\(parts)[2]")
    }
    if let expression = scaled(data, plan) {
      let scaled = source.unusedName("scaled", "rescaled")
      statements.append("\(scaled) = \(expression)")
      (data, measured) = (scaled, measurement == .training ? scaled : "scale(\(measured), like: \(scaled))")
    }
    statements.append("seed(\(trial.seed))")
    if plan.start == nil {
      statements.append("\(source.network) = \(self.source(plan.blueprint, precision: precision))")
    } else {
      statements += [source.reset].compactMap(\.self) + plan.edits.map { self.source($0, source.network) }
    }
    let subject = [Argument("net", .none, source: source.network), Argument("data", .none, source: data)]
    if let pretraining = plan.pretraining {
      statements.append(call("pretrain", subject + arguments(pretraining)))
    }
    statements.append(call("train", subject + arguments(plan.training)))
    let evaluated = [Argument("net", .none, source: source.network), Argument("data", .none, source: measured)]
    let unit = plan.scalesTargets ? [Argument("unit", .string("original"), source: "original")] : []
    statements.append(call("evaluate", evaluated + [loss(original.training)] + unit))
    return statements.joined(separator: "; ")
  }

  /// Returns the statements that repeat a training run with a change: with its draws, its network before the first step,
  /// and its data.
  ///
  /// - Parameters:
  ///   - run: A variable with the run.
  ///   - own: The source of its network and data.
  ///   - original: The plan of the run.
  func replay(
    _ plan: TrainingPlan, run: String, _ own: TrialSource, from original: TrainingPlan, precision: Precision
  ) -> String {
    let network = plan.start == nil ? source(plan.blueprint, precision: precision) : "\(run).before"
    let subject = [Argument("net", .none, source: own.network), Argument("data", .none, source: own.data)]
    return [
      "seed(\(run))", "\(own.network) = \(network)", call("train", subject + arguments(plan.training)),
      call("evaluate", subject + [loss(original.training)]),
    ].joined(separator: "; ")
  }

  /// Returns the expression for scaled data, or nil if the plan does not scale it.
  private func scaled(_ data: String, _ plan: TrainingPlan) -> String? {
    switch (plan.standardizesInputs, plan.scalesTargets) {
    case (false, false): nil
    case (true, false): "standardize(\(data))"
    case (false, true): "scale(\(data), targets: standard)"
    case (true, true): "standardize(\(data), targets: true)"
    }
  }
}
