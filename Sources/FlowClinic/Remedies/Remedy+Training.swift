// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet

/// Remedies that change the training.
extension Remedy {
  static let ofTraining = [
    pretraining, clipByNorm, clipByValue,
    training("no clip", "the whole gradient") { $0.training.clip = nil },
    l2Penalty,
    training("l1 penalty", "Tibshirani 1996") { $0.training.penalty = Penalty.l1.make([1e-5]) },
    training("elastic penalty", "Zou, Hastie 2005") { $0.training.penalty = Penalty.elastic.make([1e-5, 1e-3]) },
    training("smaller penalty", "a tenth, a hundredth or a thousandth", values: { plan, _ in plan.smallerPenalties }) {
      $0.training.penalty = $1
    },
    training("no penalty", "only the loss counts") { $0.training.penalty = nil },
    adam,
    training("momentum", "Sutskever and others 2013") { plan in
      guard plan.training.optimizer.isOfKind(.sgd), plan.training.optimizer.momentum == 0 else { return }
      plan.training.optimizer = .sgd(rate: plan.training.optimizer.rate, momentum: 0.9)
    },
    smallerMomentum,
    training("larger batch", "4, 16 or 64 times the samples", values: { $0.largerBatches($1) }) {
      $0.training.batch = $1
    },
    largerRate, smallerRate,
    training("constant rate", "no schedule") { $0.training.schedule = [] },
    training("smaller eps", "1e-8, the usual value") { plan in
      guard let eps = plan.training.optimizer["eps"], eps > 1e-8 else { return }
      plan.training.optimizer = plan.training.optimizer.with("eps", 1e-8)
    },
    training("warm-up", "Goyal and others 2017", values: { $0.warmups($1) }) { plan, warmup in
      plan.training.schedule = [warmup] + plan.training.schedule
    },
  ]

  static let pretraining = training("pre-training", "Bengio and others 2007") { $0.addPretraining() }
  static let clipByNorm = training("clip by norm", "Pascanu, Mikolov, Bengio 2013") {
    $0.training.clip = Clip.norm.make([1])
  }
  static let clipByValue = training("clip by value", "Mikolov 2012") { $0.training.clip = Clip.value.make([0.1]) }
  static let l2Penalty = training("l2 penalty", "Krogh, Hertz 1992") { $0.training.penalty = Penalty.l2.make([1e-3]) }
  static let adam = training("adam", "Kingma, Ba 2015") { $0.training.optimizer = .adam }
  static let smallerMomentum = training(
    "smaller momentum", "0.9, 0.5 or none", values: { plan, _ in plan.smallerMomenta }
  ) { plan, momentum in plan.training.optimizer = plan.training.optimizer.with(momentum: momentum) }
  static let largerRate = rate("larger rate", "10, 100 or 1000 times the rate", decimals: [1, 2, 3])
  static let smallerRate = rate("smaller rate", "a tenth, a hundredth or a thousandth", decimals: [-1, -2, -3])

  /// Returns a remedy that shifts the decimal point of the learning rate.
  private static func rate(_ name: String, _ source: String, decimals: [Int]) -> Remedy {
    training(name, source, values: { _, _ in decimals }) { plan, decimals in
      plan.training.optimizer = plan.training.optimizer.with(
        rate: decimalShift(plan.training.optimizer.rate, by: decimals))
    }
  }
}

extension TrainingPlan {
  fileprivate var smallerPenalties: [Penalty] {
    guard let penalty = training.penalty, let recipe = Penalty.catalogue.first(where: { $0.name == penalty.name })
    else { return [] }
    return [-1, -2, -3].map { decimals in
      recipe.make(penalty.arguments.map { decimalShift($0, by: decimals) })
    }
  }

  fileprivate var smallerMomenta: [Double] {
    guard let momentum = training.optimizer.momentum else { return [] }
    return [0.9, 0.5, 0].filter { $0 < momentum }
  }

  fileprivate func largerBatches(_ data: DataSet) -> [Int] {
    let sizes = [4, 16, 64].map { min(min(training.batch, data.samples) * $0, data.samples) }
    return sizes.enumerated().filter { $0 == 0 || $1 > sizes[$0 - 1] }.map(\.element)
  }

  /// Returns a warm-up over a tenth of the steps, unless there is one.
  fileprivate func warmups(_ data: DataSet) -> [RateSchedule] {
    guard !training.schedule.contains(where: { $0.name == RateSchedule.warmup.name }) else { return [] }
    let batches = (Double(data.samples) / Double(training.batch)).rounded(.up)
    let steps = training.steps.map(Double.init) ?? Double(training.epochs) * batches
    return [RateSchedule.warmup.make([max((steps / 10).rounded(), 1), 1.0 / 3])]
  }

  /// Spends half of the passes over the data on pre-training the hidden layers, divided equally among them, so that the
  /// budget is that of the other remedies. Does nothing if there are too few passes.
  fileprivate mutating func addPretraining() {
    guard var added = addedPretraining, training.steps == nil,
      let layers = (try? Architecture(blueprint))?.outline.count(where: { $0.layer != nil }), layers > 1
    else { return }
    let hidden = layers - 1
    added.epochs = max(training.epochs / 2 / hidden, 1)
    guard added.epochs * hidden < training.epochs else { return }
    training.epochs -= added.epochs * hidden
    pretraining = added
  }
}
