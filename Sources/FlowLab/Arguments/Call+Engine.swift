// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowNet
import FlowRuntime

extension ParameterType {
  static let network = ParameterType.object("network")
  static let data = ParameterType.object("data")
  static let run = ParameterType.object("run")
  static let recording = ParameterType.object("recording")
}

extension Call {
  func network(_ name: String) -> Network { object(name, as: NetworkObject.self).network }

  /// Returns the value for a network that this call has created.
  func made(_ network: Network) -> Value {
    session.enclosure?.adopt(network)
    return .object(NetworkObject(network, evaluator.registry))
  }

  func data(_ name: String) -> DataSet { object(name, as: DataObject.self).data }

  /// Returns a run together with its data.
  func runWithData(_ name: String) throws(Diagnostic) -> Run {
    let object = object(name, as: RunObject.self)
    return try attempt(at: name) { () throws(Complaint) in try object.runWithData() }
  }

  func optionalData(_ name: String) -> DataSet? { isNone(name) ? nil : data(name) }

  /// Runs engine code and reports its errors at the call, or at the argument `name`.
  func engine<Result>(at name: String? = nil, _ body: () throws(NetworkError) -> Result) throws(Diagnostic) -> Result {
    do throws(NetworkError) {
      return try body()
    } catch {
      throw self.error("network", error.message, at: name, notes: error.notes)
    }
  }

  /// Runs code that reads or generates data and reports its errors at the argument that causes them, if that is known,
  /// or else at the call.
  func reading<Result>(_ body: () throws(DataError) -> Result) throws(Diagnostic) -> Result {
    do throws(DataError) {
      return try body()
    } catch {
      try checkInterrupt()
      let missing: String? = if case .file(let path, .missing) = error { path } else { nil }
      let meant =
        missing.flatMap(session.host.similarPath)
        ?? error.unknownName.flatMap { suggestion(for: $0, among: error.candidates.prefix(10_000)) }
      throw self.error(
        "data", error.message, at: argument(of: error), label: meant.map { "did you mean '\($0)'?" } ?? "",
        notes: error.hint.map { [$0] } ?? [])
    }
  }

  /// Shows a note about data that were read.
  func noteReading(_ text: String) { session.noteOnce(text) }

  /// Returns the name of the argument that causes an error, or nil if it is not known or not given.
  private func argument(of error: DataError) -> String? {
    let candidates: [String]
    switch error {
    case .unknownTarget(_, let name, _), .conflictingColumn(let name):
      candidates = ["one_hot", "drop", "target"].filter { argument in
        builtin.parameters.contains { $0.name == argument } && (try? names(argument).contains(name)) == true
      }
    case .notClass, .severalClassTargets: candidates = ["classes"]
    case .wrongFactors(let part, _, _), .badFactor(let part, _): candidates = [part]
    case .classTargets: candidates = ["targets"]
    case .unlikeInputs, .unlikeTargets: candidates = ["like"]
    default: candidates = []
    }
    return candidates.first { name in builtin.parameters.contains { $0.name == name } && isGiven(name) }
  }

  /// Returns the data to measure on: those given, or standard normal data that fit the network and depend only on the
  /// seed, with targets that the loss of the call accepts.
  func data(_ name: String, for network: Network) throws(Diagnostic) -> DataSet {
    if let data = optionalData(name) { return data }
    let normal = try reading { () throws(DataError) in
      try session.shared(ProbeData.self).standardNormal(
        seed: evaluator.random.seed, inputs: network.inputs, outputs: network.outputs)
    }
    guard builtin.parameters.contains(where: { $0.name == "loss" }), let loss: Loss = optionalChoice("loss") else {
      return normal
    }
    return loss.fittingTargets(of: normal)
  }

  /// Returns the chosen loss; `auto` depends on the targets and on the number of outputs of the network.
  func chosenLoss(_ name: String, for data: DataSet, _ network: Network) -> Loss {
    optionalChoice(name) ?? .automatic(for: data, outputs: network.outputs)
  }

  /// Returns the loss to measure a network with. If it was not given, and the network was trained with another one, this
  /// is noted.
  func loss(_ name: String, for data: DataSet, _ network: Network) -> Loss {
    let loss = chosenLoss(name, for: data, network)
    if !isGiven(name) { noteTrainingLoss(of: network, on: data, measuring: loss) }
    return loss
  }

  /// The thresholds from the arguments `threshold` and `share`.
  var thresholds: FlowThresholds { FlowThresholds(ratio: number("threshold"), share: number("share")) }

  /// The precision of networks that do not specify one.
  var standardPrecision: Precision { Precision(rawValue: session.settings.precision) ?? .f64 }

}

extension Parameter {
  /// The limit on the size of a file. The default is `ContentReader.standardLimit`, as source text.
  static let maxSize = Parameter(
    "max_size", .count, default: "2^30", "maximum number of bytes of the unpacked file; a larger file is an error")
  static let network = Parameter("net", .network, "the network")
  static let loss = Parameter("loss", .choice(.loss), default: "mse", "loss function")
  static let automaticLoss = Parameter(
    "loss", .union([.choice(.loss), .word(["auto"])]), default: "auto",
    "loss function; auto is cross_entropy for classes, or bce if there is one output, and otherwise mse")
  static let optimizer = Parameter(
    "optimizer", .choice(.optimizer), default: "sgd(0.1)", "rule that updates the weights")
  static let schedule = Parameter(
    "schedule", .optional(.choices(.schedule)), default: "none",
    "schedule of the learning rate, or a list of schedules whose factors are multiplied; none keeps the rate constant")
  static let batch = Parameter(
    "batch", .count, default: "32",
    "number of samples per step; at least 2 with batch normalisation, which leaves out a last batch of one sample")
  static let probeData = Parameter(
    "data", .optional(.data), default: "none",
    "data to measure on; none is gaussian(256) of the network's shape, with random classes for bce and cross_entropy"
  )
  static let limit = Parameter("limit", .count, default: "1024", "maximum number of samples to measure on")
  static let threshold = Parameter(
    "threshold", .number(Bounds(1 ... .infinity, open: true)), default: "100",
    "a layer is vanishing or exploding if its delta_rms differs from the last layer's by more than this factor")
  static let eval = Parameter(
    "eval", .boolean, default: "false",
    "whether to use running statistics and no dropout, as in prediction; otherwise, the passes are those of training"
  )
  static let share = Parameter(
    "share", .number(.share), default: "0.5", "a layer is dead or saturated if more than this fraction of it is")
}

extension NetworkError {
  /// The lines below the message.
  fileprivate var notes: [String] {
    let start = "rearrange this: order: [" + order.map { quoted($0) }.joined(separator: ", ") + "]"
    return (hint.map { [$0] } ?? []) + (order.isEmpty ? [] : [start])
  }
}
