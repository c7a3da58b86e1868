// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime

extension CallWriter {
  /// Returns the call of `train` with the given options, for the variables `net`, `data` and `validation`.
  func training(_ options: TrainingOptions) -> String {
    let subject = [Argument("net", .none, source: "net"), Argument("data", .none, source: "data")]
    let epochs = options.steps == nil ? [] : [Argument("epochs", .whole(options.epochs))]
    let record = [
      Argument.recording("record", options.recordEvery), Argument("record_limit", .whole(options.recordBudget >> 20)),
      Argument("validation", options.validation == nil ? .none : .string(""), source: "validation"),
      Argument("threshold", .number(options.thresholds.ratio)), Argument("share", .number(options.thresholds.share)),
      Argument.recording("units", options.unitsEvery),
    ]
    return call("train", subject + epochs + arguments(options) + record)
  }
}

extension CallWriter.Argument {
  fileprivate static func recording(_ name: String, _ every: Int?) -> CallWriter.Argument {
    guard let every else { return CallWriter.Argument(name, .none) }
    let choice = Choice(
      family: .recording, name: "every", arguments: ["n": .whole(every)], isStandard: every == 1, product: every)
    return CallWriter.Argument(name, .object(choice), source: "every(\(every))")
  }
}

extension Call {
  /// Returns the options and the loss that a stored training describes. Its code runs without access to files or
  /// commands, and can only name the choices of the arguments of `train`.
  func storedTraining(
    _ training: String, loss: String, validation: DataSet?
  ) throws(Diagnostic) -> (options: TrainingOptions, loss: Loss) {
    guard let train = registry["train"]?.entries.first else { preconditionFailure("there is no builtin train") }
    let found = Guarded<(options: TrainingOptions?, loss: Loss?)>((nil, nil))
    let parameters = train.parameters.compactMap { parameter -> Parameter? in
      switch parameter.name {
      case "net", "data": Parameter(parameter.name, .word([parameter.name]), "")
      case "validation": Parameter("validation", .optional(.word(["validation"])), default: "none", "")
      case "emit", "into", "name", "replace": nil
      default: parameter
      }
    }
    let stored = [
      Builtin("train", "", in: .training, parameters, gives: "", example: "", seeAlso: []) { call in
        found.withLock { $0.options = call.trainingOptions(validation: call.isNone("validation") ? nil : validation) }
        return .none
      },
      Builtin("loss", "", in: .training, [Parameter("loss", .choice(.loss), "")], gives: "", example: "", seeAlso: []) {
        call in
        found.withLock { $0.loss = call.choice("loss") }
        return .none
      },
    ]
    let choices = registry.builtins.values.flatMap(\.entries).filter { $0.family != nil }
    var host = Host.silent
    host.stopReason = session.host.stopReason
    let reader = Interpreter(host: host, registry: Registry([choices + stored]))
    do throws(Diagnostic) {
      for code in [training, loss] where try !isDescription(Source(name: "training", text: code)) {
        throw self.error("damaged-file", "this does not describe a training: \(code.prefix(60))", at: "file")
      }
      try reader.run(Source(name: "training", text: "\(training)\nloss(\(loss))"))
    } catch {
      try checkInterrupt()
      throw self.error("damaged-file", "the training in the file cannot be read: \(error.message)", at: "file")
    }
    guard let options = found.withLock({ $0.options }), let loss = found.withLock({ $0.loss }) else {
      throw self.error("damaged-file", "the file does not describe the training", at: "file")
    }
    return (options, loss)
  }
}
