// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A rule that multiplies the learning rate by a factor in every step of a training run.
public struct RateSchedule: CatalogueValue {
  /// The name in the language.
  public let name: String
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]
  private let rule: @Sendable (_ arguments: [Double], _ done: Double, _ total: Double) -> Double

  /// Every schedule of the language.
  public static let catalogue: [Recipe<RateSchedule>] = [warmup, cosine, linearDecay, decay]

  package static let warmup = recipe(
    "warmup", "raises the learning rate linearly from a fraction of it to its full value",
    [
      RecipeParameter("steps", in: 1 ... .infinity, whole: true, "number of steps until the full rate is reached"),
      RecipeParameter("start", 1.0 / 3, in: 0...1, "factor of the first step"),
    ],
    "factor = start + (1 - start)*min(t, steps)/steps after t steps; Goyal and others 2017; "
      + "torch.optim.lr_scheduler.LinearLR",
    example: "train(mlp([2, 4, 1], tanh), xor(64), schedule: warmup(4), epochs: 2, batch: 16).steps.learning_rate"
  ) { arguments, done, _ in
    let (steps, start) = (arguments[0], arguments[1])
    return 1 - (1 - start) * (1 - min(done, steps) / steps)
  }

  static let cosine = recipe(
    "cosine", "lowers the learning rate along half a period of a cosine",
    [
      lengthParameter(
        "number of steps in half a period, after which the rate rises again; none is the whole training run"),
      endParameter,
    ],
    "factor = end + (1 - end)*(1 + cos(pi*t/steps))/2 after t steps; Loshchilov, Hutter 2017; "
      + "torch.optim.lr_scheduler.CosineAnnealingLR",
    example: "train(mlp([2, 4, 1], tanh), xor(64), schedule: cosine(), epochs: 2, batch: 16).steps.learning_rate"
  ) { arguments, done, total in
    let (steps, end) = (length(arguments[0], total), arguments[1])
    return end + (1 - end) * (1 + Real.cos(.pi * (done / steps))) / 2
  }

  static let linearDecay = recipe(
    "linear_decay", "lowers the learning rate linearly to a fraction of it",
    [lengthParameter("number of steps until the end is reached; none is the whole training run"), endParameter],
    "factor = 1 - (1 - end)*min(t, steps)/steps after t steps; torch.optim.lr_scheduler.PolynomialLR with power 1",
    example: "train(mlp([2, 4, 1], tanh), xor(64), schedule: linear_decay(), epochs: 2, batch: 16).steps.learning_rate"
  ) { arguments, done, total in
    let (steps, end) = (length(arguments[0], total), arguments[1])
    return 1 - (1 - end) * (min(done, steps) / steps)
  }

  static let decay = recipe(
    "decay", "multiplies the learning rate by a factor at regular intervals",
    [
      RecipeParameter("every", in: 1 ... .infinity, whole: true, "number of steps with the same rate"),
      RecipeParameter("by", 0.1, in: .finiteNonnegative, "factor applied after each interval"),
    ],
    "factor = by^floor(t/every) after t steps; torch.optim.lr_scheduler.StepLR, and ExponentialLR with every: 1",
    example:
      "train(mlp([2, 4, 1], tanh), xor(64), schedule: decay(4, by: 0.5), epochs: 2, batch: 16).steps.learning_rate"
  ) { arguments, done, _ in
    Real.power(arguments[1], (done / arguments[0]).rounded(.down))
  }

  /// Returns the factor of the step that follows the given number of steps.
  ///
  /// - Parameter total: The number of steps of the whole training run.
  public func factor(afterSteps done: Int, of total: Int) -> Double { rule(arguments, Double(done), Double(total)) }

  /// The parameter for the number of steps of a schedule that may extend over the whole training run.
  private static func lengthParameter(_ summary: String) -> RecipeParameter {
    RecipeParameter(optional: "steps", in: 1 ... .infinity, whole: true, summary)
  }

  private static let endParameter = RecipeParameter("end", 0, in: 0...1, "final factor")

  private static func length(_ steps: Double, _ total: Double) -> Double { steps == 0 ? max(total, 1) : steps }

  private static func recipe(
    _ name: String, _ summary: String, _ parameters: [RecipeParameter], _ source: String, example: String,
    _ rule: @escaping @Sendable (_ arguments: [Double], _ done: Double, _ total: Double) -> Double
  ) -> Recipe<RateSchedule> {
    Recipe(name, summary, parameters: parameters, example: example, source: source) { arguments in
      RateSchedule(name: name, arguments: arguments, rule: rule)
    }
  }
}

/// The learning rate of every step of a training run.
public struct RateCourse: Sendable {
  /// The rate of the optimizer.
  let rate: Double
  /// The schedules, whose factors are multiplied.
  let schedules: [RateSchedule]
  /// The number of steps over which schedules without a length extend.
  let total: Int

  /// Returns the rate of a step, counted from 1.
  public func rate(ofStep step: Int) -> Double {
    var rate = rate
    for schedule in schedules { rate *= schedule.factor(afterSteps: step - 1, of: total) }
    return rate
  }
}

extension TrainingOptions {
  /// Returns the learning rates of a training run whose epochs have the given batches.
  func rates(_ batches: EpochBatches) -> RateCourse {
    RateCourse(
      rate: optimizer.rate, schedules: schedule, total: scheduledLength.steps(of: batches))
  }
}

extension Network {
  /// Returns the learning rates of a training run.
  public func rates(_ data: DataSet, _ options: TrainingOptions) -> RateCourse {
    options.rates(
      EpochBatches(
        samples: data.samples, size: options.batch, needsTwoSamples: architecture.graph.measuresSamples))
  }
}

extension Run {
  /// The learning rates of the steps.
  public var rates: RateCourse { network.rates(data, options) }
}
