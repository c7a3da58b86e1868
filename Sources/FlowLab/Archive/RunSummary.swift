// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet
import FlowRuntime
import FlowTables

/// A row of the table of runs in a database.
struct RunSummary {
  var state: String
  var steps: Int
  var epochs: Int
  var epoch: EpochRecord?
  var loss: Double?
  var strides: RecordStrides
  let source: RunSource

  static let runningState = "running"

  /// Creates the row of a training run that has not ended. Nothing of its record is thinned out.
  init(running source: RunSource, steps: Int, epochs: Int, epoch: EpochRecord?, loss: Double?) {
    self.source = source
    state = Self.runningState
    (self.steps, self.epochs, self.epoch, self.loss) = (steps, epochs, epoch, loss)
    strides = RecordStrides(steps: 1, epochs: 1, flow: 1, units: 1)
  }

  /// The columns that `runs` shows.
  static let listed: [ColumnEntry<RunSummary>] = [
    .text(
      "state", "state of the training: running (also if its program was killed), finished, interrupted or diverged",
      importance: 2
    ) {
      $0.state
    },
    .integer("steps", "number of completed steps", importance: 1) { $0.steps },
    .integer("epochs", "number of finished epochs", importance: 1) { $0.epochs },
    .number("loss", "mean loss of the last epoch, or of the last step if no epoch was finished", importance: 2) {
      $0.epoch?.loss ?? $0.loss
    },
    .number("accuracy", .share, "accuracy of the last epoch", importance: 1) { $0.epoch?.accuracy },
    .number("validation_loss", "loss on the validation data after the last epoch") { $0.epoch?.validationLoss },
    .number("validation_accuracy", .share, "accuracy on the validation data after the last epoch") {
      $0.epoch?.validationAccuracy
    },
    .integer("seed", "seed of the random numbers", importance: 1) { Int(truncatingIfNeeded: $0.source.options.seed) },
    .text("network", "code that builds the network") { $0.source.networkSource },
    .text("data", "description of the data set") { $0.source.data.summary },
    .text("training", "code that repeats the training") { $0.source.training },
    .text("version", "version of gradflow that trained the network") { $0.source.version },
  ]

  /// A cell of a table would round the seed.
  private static let seed = ArchiveColumn<RunSummary>.integer("seed") {
    Int(truncatingIfNeeded: $0.source.options.seed)
  }

  static let table = ArchiveTable<RunSummary>(
    "runs", key: "name",
    listed.map { $0.heading.name == seed.name ? seed : ArchiveColumn($0) } + [
      .integer("stream") { Int(truncatingIfNeeded: $0.source.options.number) },
      .text("loss_function") { $0.source.loss.shortSourceText },
      .text("data_id") { $0.source.dataID.text }, .integer("samples") { $0.source.data.samples },
      .text("validation_id") { $0.source.validationID?.text },
      .text("validation_data") { $0.source.options.validation?.summary },
      .integer("planned_epochs") { summary in
        if case .epochs(let count) = summary.source.options.scheduledLength { count } else { nil }
      },
      .integer("planned_steps") { summary in
        if case .steps(let count) = summary.source.options.scheduledLength { count } else { nil }
      },
      .text("assigned") { $0.source.assigned },
      .integer("steps_stride") { $0.strides.steps }, .integer("epochs_stride") { $0.strides.epochs },
      .integer("flow_stride") { $0.strides.flow }, .integer("units_stride") { $0.strides.units },
    ])
}

/// The starting point of a training run, as a database describes it.
struct RunSource {
  let networkSource: String
  let data: DataSet
  let options: TrainingOptions
  let loss: Loss
  /// The call of `train`, with the names `net`, `data` and `validation` for its arguments.
  let training: String
  let dataID: StoredData.ID
  let validationID: StoredData.ID?
  /// The kinds of parameters whose initial values do not come from an initializer.
  let assigned: String
  /// The version of the program that trains the network.
  var version = programVersion

  init(_ network: Network, _ data: DataSet, _ options: TrainingOptions, _ loss: Loss, _ registry: Registry) {
    networkSource = CallWriter(registry).source(network.architecture.blueprint)
    self.data = data
    self.options = options
    self.loss = loss
    training = CallWriter(registry).training(options)
    dataID = StoredData.ID(data)
    validationID = options.validation.map(StoredData.ID.init)
    assigned = network.assignedKinds.map(\.rawValue).sorted().joined(separator: " ")
  }
}
