// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet

extension ParameterType {
  static let network = ParameterType.object("network")
  static let data = ParameterType.object("data")
  static let run = ParameterType.object("run")
}

extension Call {
  var pool: ThreadPool { session.pool }

  func network(_ name: String) -> Network { object(name, as: NetworkObject.self).network }

  /// The value of a network that this call has made.
  func made(_ network: Network) -> Value {
    session.enclosure?.adopt(network)
    return .object(NetworkObject(network))
  }

  func data(_ name: String) -> DataSet { object(name, as: DataObject.self).data }

  func optionalData(_ name: String) -> DataSet? { isNone(name) ? nil : data(name) }

  /// Runs code of the engine and puts its errors where the call stands, or at an argument.
  func engine<Result>(at name: String? = nil, _ body: () throws(NetworkError) -> Result) throws(Diagnostic) -> Result {
    do throws(NetworkError) {
      return try body()
    } catch {
      throw self.error("network", error.message, at: name, notes: error.hint.map { [$0] } ?? [])
    }
  }

  /// Runs code that reads or makes data and puts its errors where the call stands.
  func reading<Result>(_ body: () throws(DataError) -> Result) throws(Diagnostic) -> Result {
    do throws(DataError) {
      return try body()
    } catch {
      try checkInterrupt()
      throw self.error("data", error.message, notes: error.hint.map { [$0] } ?? [])
    }
  }

  /// The data to measure on, or standard normal numbers that fit the network, always the same ones for a seed, with targets
  /// that the loss of the call accepts.
  func data(_ name: String, for network: Network) throws(Diagnostic) -> DataSet {
    if let data = optionalData(name) { return data }
    let normal = try reading { () throws(DataError) in
      try session.probeData.standardNormal(
        seed: evaluator.random.seed, inputs: network.inputs, outputs: network.outputs)
    }
    guard builtin.parameters.contains(where: { $0.name == "loss" }), let loss: Loss = optionalChoice("loss") else {
      return normal
    }
    return loss.fittingTargets(of: normal)
  }

  /// The loss that was chosen; `auto` goes by the targets and the network's outputs.
  func loss(_ name: String, for data: DataSet, _ network: Network) -> Loss {
    optionalChoice(name) ?? .automatic(for: data, outputs: network.outputs)
  }

  /// Judged by the arguments `threshold` and `share`.
  var thresholds: FlowThresholds { FlowThresholds(ratio: number("threshold"), share: number("share")) }

  /// Whether a long computation is to end; `checkInterrupt` afterwards says why.
  var isStopped: @Sendable () -> Bool {
    let host = session.host
    return { host.stopReason() != nil }
  }

  /// The precision that networks have where none is given.
  var standardPrecision: Precision { Precision(rawValue: session.settings.precision) ?? .f64 }

  /// How an argument can be named in code for the reader: as the caller wrote it where that is a name, else by the
  /// parameter.
  func sourceName(_ name: String) -> String {
    let text = label(name)
    return text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !text.isEmpty ? text : name
  }

  /// The same where any short expression will do, because nothing is assigned to it. What begins with `start` is not
  /// wanted.
  func sourceText(_ name: String, unless start: String? = nil) -> String {
    let text = label(name)
    if let start, text.hasPrefix(start) { return name }
    return text.isEmpty || text.count > 40 || text.contains(where: \.isNewline) ? name : text
  }

  /// Names for the values of the rest parameter, which tell them apart: as the caller wrote each, or its number where
  /// that is long or comes twice.
  var restNames: [String] {
    let texts = restArguments.map(\.label)
    return texts.enumerated().map { index, text in
      let isName = text.count <= 40 && !text.isEmpty && !text.contains(where: \.isNewline)
      return isName && texts.count { $0 == text } == 1 ? text : "\(index + 1)"
    }
  }

  /// Ends the evaluation if there is a reason to.
  func checkInterrupt() throws(Diagnostic) { try evaluator.checkInterrupt(place.range) }

  /// A new stream for one random use.
  func draw() -> (seed: UInt64, stream: UInt64) { evaluator.random.next() }
}

extension Parameter {
  /// A limit on what a file may hold: `ContentReader.standardLimit`, as the language writes it.
  static let maxSize = Parameter(
    "max_size", .count, default: "2^30", "the most bytes to read of a file, after unpacking; larger ones are an error")
  static let network = Parameter("net", .network, "the network")
  static let loss = Parameter("loss", .choice(.loss), default: "mse", "what is minimised")
  static let automaticLoss = Parameter(
    "loss", .union([.choice(.loss), .word(["auto"])]), default: "auto",
    "what is minimised; auto is cross_entropy for classes, bce where one output tells two apart, and mse else")
  static let optimizer = Parameter(
    "optimizer", .choice(.optimizer), default: "sgd(0.1)", "how the weights follow the gradient")
  static let batch = Parameter(
    "batch", .count, default: "32",
    "samples per step; with batch normalisation at least 2, and a last batch of a single sample is left out")
  static func seeds(standard: Int) -> Parameter {
    Parameter(
      "seeds", .seeds, default: "\(standard)",
      "how many seeds everything is run with, counted from 1, or a list of them")
  }
  static let probeData = Parameter(
    "data", .optional(.data), default: "none",
    "what to measure on; none is gaussian(256) of the network's shape, with random classes for bce and cross_entropy")
  static let limit = Parameter("limit", .count, default: "1024", "the most samples to measure on")
  static let threshold = Parameter(
    "threshold", .number(Bounds(1 ... .infinity, open: true)), default: "100",
    "how many times smaller or larger than the last layer's delta_rms counts as vanishing or exploding")
  static let share = Parameter(
    "share", .number(.share), default: "0.5", "more than this share of it makes a layer dead or saturated")
}
