// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime
import FlowTables

/// Training and testing.
enum TrainingBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "train", "Trains a network in place and gives the record of it.", in: .training,
      [
        .network, Parameter("data", .data, "samples and targets"), .automaticLoss,
        .optimizer,
        Parameter("epochs", .count, default: "10", "how often all samples are seen"),
        Parameter("steps", .optional(.count), default: "none", "the number of steps, instead of epochs"),
        .batch,
        Parameter("shuffle", .boolean, default: "true", "a new order in every epoch"),
        Parameter("clip", .optional(.choice(.clip)), default: "none", "a limit on the gradient"),
        Parameter("penalty", .optional(.choice(.penalty)), default: "none", "what large weights cost"),
        Parameter(
          "record", .optional(.choice(.recording)), default: "every(1)", "how often the flow of all layers is recorded"),
        Parameter(
          "record_limit", .count, default: "1024",
          "MiB that the record of the run may take; beyond that, of the largest of its tables every other row is dropped, "
            + "so that the first, the last, and those at multiples of a power of two are kept"),
        Parameter("validation", .optional(.data), default: "none", "data to test on after every epoch"), .threshold,
        .share,
        Parameter(
          "units", .optional(.choice(.recording)), default: "none",
          "how often all units are looked at over the whole data set"),
        Parameter(
          "emit", .optional(.word(LiveRecord.Part.allCases.map(\.rawValue))), default: "none",
          "which rows of the run are written as they come, as emit writes them: for a plot that grows, or a long training"
        ),
      ], gives: "a run: steps, epochs, flow, units, fault, growth, state, strides",
      example: "run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 3);\nrun.epochs |> select(epoch, accuracy)",
      seeAlso: ["flow", "evaluate", "every"], keepsPartialResult: true
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let (seed, stream) = call.draw()
      var options = TrainingOptions(
        loss: call.optionalChoice("loss"), optimizer: call.choice("optimizer"), epochs: call.whole("epochs"),
        steps: call.optionalWhole("steps"), batch: call.whole("batch"), shuffle: call.boolean("shuffle"),
        clip: call.optionalChoice("clip"), penalty: call.optionalChoice("penalty"),
        recordEvery: call.optionalChoice("record"), validation: call.optionalData("validation"),
        thresholds: call.thresholds, seed: seed, number: stream)
      if let validation = options.validation {
        try call.engine(at: "validation") { () throws(NetworkError) in
          try network.check(validation)
          try network.check(call.loss("loss", for: call.data("data"), network), on: validation)
        }
      }
      options.unitsEvery = call.optionalChoice("units")
      options.recordBudget = min(call.whole("record_limit"), Int.max >> 20) << 20
      let host = call.session.host
      let live = try liveRecord(call)
      // Where rows come to the terminal there is no room for a line that changes in place.
      let progress = live != nil && host.width() != nil ? nil : Progress(call.session)
      let run = try call.engine(at: "data") { () throws(NetworkError) in
        defer { progress?.end() }
        return try network.train(
          call.data("data"), options, observer: HostObserver(host, progress, live: live), pool: call.pool)
      }
      try call.attempt(at: "emit") { () throws(Complaint) in if let complaint = live?.complaint { throw complaint } }
      for note in run.notes(host.stopReason()) { host.note("\(note)") }
      return .object(RunObject(run))
    },
    Builtin(
      "every", "Says how often training records the flow.", in: .training,
      [Parameter("n", .count, default: "1", "record the first of every n steps")], gives: "a recording",
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
      "evaluate", "Tests a network on data.", in: .training,
      [.network, Parameter("data", .data, "samples and targets"), .automaticLoss],
      gives: "a record of loss and accuracy", example: "evaluate(mlp([2, 4, 1], tanh), xor(8)).accuracy <= 1",
      seeAlso: ["train", "predict"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let data = call.data("data")
      let result = try call.engine(at: "data") { () throws(NetworkError) in
        try network.evaluate(data, loss: call.loss("loss", for: data, network), pool: call.pool)
      }
      return .record(["loss": .number(result.loss), "accuracy": result.accuracy.map(Value.number) ?? .none])
    },
  ]
}

/// What `emit:` asks for.
private func liveRecord(_ call: Call) throws(Diagnostic) -> LiveRecord? {
  guard let word = call.optionalString("emit"), let part = LiveRecord.Part(rawValue: word) else { return nil }
  if part == .flow, call.isNone("record") {
    throw call.error(
      "no-record", "no flow is recorded, so there are no rows of it", at: "emit",
      notes: ["record: every(1) records every step"])
  }
  return LiveRecord(part, call.session)
}

extension Run {
  /// What the user is told about how a training ended, and about its record.
  fileprivate func notes(_ reason: StopReason?) -> [String] {
    notesOnEnd(reason) + (strides.summary.map { ["the record reached record_limit and was \($0)"] } ?? [])
  }

  private func notesOnEnd(_ reason: StopReason?) -> [String] {
    switch state {
    case .finished: return []
    case .interrupted:
      let cause = if case .memoryRefused = reason { ", out of memory" } else { "" }
      let place =
        options.steps.map { "step \(stepCount) of \($0)" } ?? "epoch \(epochCount) of \(options.epochs)"
      return ["interrupted after \(place)\(cause); net keeps its weights, run has \(counted(stepCount, "step"))"]
    case .diverged:
      guard let fault else { return [] }
      let place = fault.layer.map { " in layer \($0)" } ?? ""
      return [
        "diverged at step \(fault.step): \(fault.quantity.rawValue)\(place) became \(NumberStyle.shortest(fault.value))"
          + (fault.causes.isEmpty ? "" : "; \(fault.cause)"),
        "run.growth shows the steps before, replay(run) tells what would have carried on",
      ]
    }
  }
}
