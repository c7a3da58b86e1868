// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The functions that train and evaluate networks.
enum TrainingBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "train", "Trains a network in place and returns a record of the training run.", in: .training,
      [
        .network,
        Parameter(
          "data", .data, "data set to train on", advice: "dataset(inputs, targets) makes a data set of two lists"),
        .automaticLoss,
        .optimizer,
        Parameter("epochs", .count, default: "10", "number of passes over the data"),
        Parameter("steps", .optional(.count), default: "none", "number of steps, instead of epochs"),
        .batch,
        Parameter("shuffle", .boolean, default: "true", "whether every epoch uses a new order of the samples"),
        Parameter("clip", .optional(.choice(.clip)), default: "none", "limit on the gradient"),
        Parameter(
          "penalty", .optional(.choice(.penalty)), default: "none", "penalty on the weights, added to the loss"),
        .schedule,
        Parameter(
          "freeze", .optional(.union([.count, .numbers])), default: "none",
          "layers whose parameters are not trained, such as 1..3; their gradients are still recorded, and the statistics "
            + "of batchnorm follow the data"),
        Parameter(
          "record", .optional(.choice(.recording)), default: "every(1)", "how often to record the flow of all layers"),
        Parameter(
          "record_limit", .count, default: "1024",
          "maximum size of the record in MiB. Beyond that, the largest table drops every other entry and keeps the "
            + "first, the last, and those whose number is a multiple of a power of two"),
        Parameter(
          "validation", .optional(.data), default: "none", "data set to evaluate after each epoch",
          advice: "write parts = split(data, 0.8), then train(net, parts[1], validation: parts[2])"),
        .threshold,
        .share,
        Parameter(
          "units", .optional(.choice(.recording)), default: "none",
          "how often to count dead and saturated units over the whole data set"),
        Parameter(
          "emit", .union([.word(LiveRecord.Part.allCases.map(\.rawValue)), .record, .exactlyNone]), default: "none",
          "rows of the run to write during training, as emit does, for example for a live plot. "
            + "A record writes several tables to files: record(epochs: \"e.tsv\", flow: \"f.tsv\")"),
        Parameter(
          "into", .optional(.string), default: "none", isPath: true,
          "path of a .db file to save the run to, as save does. New rows are added every second, including those that "
            + "the record drops because of record_limit"),
        .runName, .replacesRun,
      ],
      gives:
        "a run with the fields steps, epochs, flow, units, fault, growth, state, schedule, strides, before, after, "
        + "data and validation",
      example: "run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 3);\nrun.epochs |> select(epoch, accuracy)",
      seeAlso: ["flow", "evaluate", "every"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      var options = call.trainingOptions
      (options.seed, options.number) = call.draw()
      try checkLength(call)
      try checkFrozenLayers(call, network)
      if let validation = options.validation {
        try checkUnits(of: validation, call)
        try call.engine(at: "validation") { () throws(NetworkError) in
          try network.check(validation)
          try network.check(call.chosenLoss("loss", for: call.data("data"), network), on: validation)
        }
      }
      let host = call.session.host
      let live = try call.liveRecord(options)
      // If the rows go to the terminal, a progress line that changes in place would be mixed with them.
      let progress = live?.usesOutput == true && host.width() != nil ? nil : Progress(call.session)
      let archive = try liveArchive(call, options)
      func train() throws(NetworkError) -> Run {
        defer { progress?.end() }
        let run = try network.train(
          call.data("data"), options, observer: HostObserver(host, progress, live: live, archive: archive),
          pool: call.pool)
        call.session.noteObjectChange()
        return run
      }
      let run = try call.engine(at: "data") { () throws(NetworkError) in
        if let archive { return try archive.committing(train) }
        return try train()
      }
      // Each is completed even if the other one cannot be.
      let archived = Result { () throws(Diagnostic) in
        try call.attempt(at: "into") { () throws(Complaint) in try archive?.finish(run) }
      }
      let emitted = Result { () throws(Diagnostic) in
        try call.attempt(at: "emit") { () throws(Complaint) in
          try StopToken.shielded { () throws(Complaint) in try live?.finish() }
        }
      }
      try archived.get()
      try emitted.get()
      call.recordTraining(of: network, run.loss, on: call.data("data"))
      call.noteFusion(of: network, run.loss)
      call.session.note(run.progressNote(call.resultName), counting: Run.progressKind)
      for note in run.notes(host.stopReason(), call.resultName) { host.note("\(note)") }
      return .object(RunObject(run, call.evaluator.registry, networkName: call.sourceName("net")))
    },
    Builtin(
      "every", "Sets the interval of steps for the arguments record and units of train.", in: .training,
      [
        Parameter(
          "n", .count, default: "1",
          "number of steps: record uses the first of every n steps, and units the "
            + "last")
      ],
      gives: "a recording",
      example: "run = train(mlp([2, 4, 1], tanh), xor(64), record: every(5));\nrun.flow.step |> unique",
      seeAlso: ["train"],
      family: .recording
    ) { call in
      .object(
        Choice(
          family: .recording, name: "every", arguments: ["n": call.value("n")], isStandard: call.whole("n") == 1,
          product: call.whole("n")))
    },
    Builtin(
      "evaluate", "Computes the loss and the accuracy of a network on a data set.", in: .training,
      [
        .network, Parameter("data", .data, "data set to evaluate"), .automaticLoss,
        Parameter(
          "unit", .word(["scaled", "original"]), default: "scaled",
          "unit of the loss if the targets are scaled: that of training, or the one before scaling"),
      ],
      gives: "a record of loss and accuracy; accuracy is none unless the targets are classes",
      example: "evaluate(mlp([2, 4, 1], tanh), xor(8)).accuracy <= 1",
      seeAlso: ["train", "predict"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = call.data("data")
      call.noteUnscaledInputs(of: network, data, "scale(data, like: training_data) scales them")
      let result = try call.engine(at: "data") { () throws(NetworkError) in
        try network.evaluate(data, loss: call.loss("loss", for: data, network), pool: call.pool)
      }
      var loss = result.loss
      if call.string("unit") == "original", !data.isClassification {
        loss = try call.engine(at: "data") { () throws(NetworkError) in
          try network.lossInOriginalUnit(data, loss: call.loss("loss", for: data, network), pool: call.pool)
        }
      }
      return .record(["loss": .number(loss), "accuracy": result.accuracy.map(Value.number) ?? .none])
    },
  ]
}

/// Throws if the length of the training is given twice.
private func checkLength(_ call: Call) throws(Diagnostic) {
  guard call.isGiven("epochs"), !call.isNone("steps") else { return }
  throw call.error(
    "wrong-arguments", "the length of the training is given twice: with 'epochs' and with 'steps'", at: "steps",
    notes: [
      "leave out 'steps' for \(counted(call.whole("epochs"), "epoch")), or 'epochs' for "
        + counted(call.whole("steps"), "step")
    ])
}

/// Throws if `freeze` names no layer, one that the network does not have, or all of its layers.
private func checkFrozenLayers(_ call: Call, _ network: Network) throws(Diagnostic) {
  if call.isNone("freeze") { return }
  let numbers = call.optionalNumber("freeze").map { [$0] } ?? call.numbers("freeze")
  if numbers.isEmpty {
    throw call.error(
      "out-of-range", "no layer is frozen: this is an empty list", at: "freeze",
      notes: ["a range begins with the smaller number, such as 3..5; none freezes no layer"])
  }
  if let wrong = numbers.first(where: { Int(exactly: $0).map { 1...network.depth ~= $0 } != true }) {
    throw call.error(
      "out-of-range", "there is no layer \(literal(wrong)): the network has \(counted(network.depth, "layer"))",
      at: "freeze", notes: ["layers are counted from 1 at the input, as in the table of flow"])
  }
  if Set(numbers).count == network.depth {
    throw call.error("out-of-range", "nothing is left to train: every layer is frozen", at: "freeze")
  }
}

/// Throws if the targets of the validation set are not scaled like those of the training set, because the losses could not
/// be compared.
private func checkUnits(of validation: DataSet, _ call: Call) throws(Diagnostic) {
  guard validation.targetScaling != call.data("data").targetScaling else { return }
  throw call.error(
    "data", "the targets of the validation set are not scaled like those of the training set", at: "validation",
    notes: ["scale before splitting, or use scale(validation, like: data)"])
}

/// Returns the writer for the argument `into`, or nil for none.
private func liveArchive(_ call: Call, _ options: TrainingOptions) throws(Diagnostic) -> LiveArchive? {
  guard let path = call.optionalString("into") else { return nil }
  guard FileForm.isDatabase(path) else {
    throw call.error("unknown-format", "a run is saved in a file that ends in .db, such as run.db", at: "into")
  }
  let (network, data) = (call.network("net"), call.data("data"))
  return try call.attempt(at: "into") { () throws(Complaint) in
    try LiveArchive(
      path, name: call.string("name"), replacing: call.boolean("replace"), network, data, options,
      call.chosenLoss("loss", for: data, network), call)
  }
}

extension Run {
  /// Returns the notes to show about how the training ended and about its record.
  fileprivate func notes(_ reason: StopReason?, _ name: String?) -> [String] {
    notesOnEnd(reason, name) + (strides.summary.map { ["the record reached record_limit and was \($0)"] } ?? [])
  }

  /// Returns a note if the mean loss of the last epoch is not clearly below that of the first one, or clearly above that
  /// of the best constant prediction, or nil. `name` is the name of the run, if it has one.
  fileprivate func progressNote(_ name: String?) -> String? {
    guard state == .finished, let first = epochs.first?.loss, let last = epochs.last?.loss, epochCount > 1,
      stepCount >= 10, first.isFinite, last.isFinite, first != 0
    else { return nil }
    let fall = (first - last) / abs(first)
    let advice = name.map { "diagnose(\($0)) looks for the reason" } ?? "to find the reason, pass the run to diagnose"
    guard fall < Self.clearFall else {
      let baseline = loss.baseline(data, samples: data.samples, outputs: network.outputs)
      // Constant outputs fit constant targets perfectly, which no training run does.
      guard baseline > 0, last > (1 + Self.clearFall) * baseline else { return nil }
      return "the loss ends at \(NumberStyle.significant(last)), above that of the best constant prediction, "
        + "\(NumberStyle.significant(baseline)); \(advice)"
    }
    let change = NumberStyle.percent(abs(fall), digits: 2)
    return "the loss \(fall < 0 ? "rose" : "fell") by \(change) % from the first to the last epoch; \(advice)"
  }

  /// What the runs with such a note have in common.
  fileprivate static let progressKind = Tally.Kind(
    "run",
    "the loss rose or fell by less than \(NumberStyle.shortest(clearFall * 100)) % from the first to the last epoch, or "
      + "ended above that of the best constant prediction")

  /// The loss of a successful training run falls by at least this fraction. It is also the margin above the baseline.
  private static let clearFall = 0.02

  private func notesOnEnd(_ reason: StopReason?, _ name: String?) -> [String] {
    switch state {
    case .finished: return []
    case .interrupted:
      let cause = if case .memoryRefused = reason { ", out of memory" } else { "" }
      let place =
        options.steps.map { "step \(stepCount) of \($0)" } ?? "epoch \(epochCount) of \(options.epochs)"
      let kept = "net keeps its weights, and the run its \(counted(stepCount, "step"))"
      return ["interrupted after \(place)\(cause); \(kept)"]
    case .diverged:
      guard let fault else { return [] }
      let place = fault.layer.map { " in layer \($0)" } ?? ""
      let advice =
        name.map { "\($0).growth shows the steps before it; replay(\($0)) tries changes that may prevent it" }
        ?? "the run's field growth shows the steps before it; replay tries changes that may prevent it"
      return [
        "diverged at step \(fault.step): \(fault.quantity.rawValue)\(place) became \(NumberStyle.shortest(fault.value))"
          + (fault.causes.isEmpty ? "" : "; \(fault.cause)"),
        advice,
      ]
    }
  }
}
