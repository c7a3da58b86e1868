// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables

/// The function that applies networks to samples.
enum PredictBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "predict", "Computes what a network predicts for every sample.", in: .networks,
      [
        .network,
        Parameter(
          "data", .union([.data, .list, .table, .record]),
          "samples: a data set, a list of lists of numbers, a list of numbers for one sample or one input, or columns"),
        Parameter(
          "as", .word(["outputs", "classes", "probabilities"]), default: "outputs",
          "what to return: the outputs, the name of the likeliest class, or the probability of every class"),
        Parameter(
          "like", .optional(.data), default: "none",
          "data set that the network was trained on; columns are matched to its inputs by name and scaled like them, "
            + "text is encoded as by one_hot, and its class names are used"),
        Parameter(
          "missing", .word(["error", "mean"]), default: "error",
          "what to do with missing values: report an error, or use the mean of the input in like"),
        Parameter(
          "unit", .word(["original", "scaled"]), default: "original",
          "unit of the outputs if the targets are scaled: the one before scaling, or that of training"),
      ],
      gives: "a list of lists, samples x outputs; a list of names; or a table with a column per class",
      example: "net = mlp([4, 8, 3], tanh)\nrun = train(net, iris(), epochs: 20);\n"
        + "predict(net, [[5.1, 3.5, 1.4, 0.2], [6, 3, 4.8, 1.8]], as: classes, like: iris())",
      seeAlso: ["evaluate", "train", "dataset"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let like = call.optionalData("like")
      let data = try samples(call, network, like: like)
      try call.engine(at: "data") { () throws(NetworkError) in try network.check(inputsOf: data) }
      try call.attempt { () throws(Complaint) in
        try ValueLimits.checkMatrix(rows: data.samples, columns: network.outputs)
      }
      let known = like ?? call.givenData
      let kind = call.string("as")
      call.noteScaling(
        of: network, data, like: known, givesOutputs: kind == "outputs" && call.string("unit") == "original")
      if kind != "outputs" {
        let names = try classNames(call, network, known)
        let rows = network.predict(data, pool: call.pool).untilStopped.map { network.probabilities(of: $0) }
        try call.checkInterrupt()
        return kind == "classes" ? .list(of: rows.map { likeliest($0, names) }) : .table(table(rows, names))
      }
      let outputs = network.predict(data, pool: call.pool)
      guard call.string("unit") == "original", let known, known.targetScaling != nil else {
        return .list(of: outputs.lazy.map { .list(List($0)) })
      }
      return .list(of: outputs.lazy.map { .list(List(known.restoringTargets($0))) })
    }
  ]
}

extension Call {
  /// The data set in the argument `data`, or nil if it is lists or columns.
  fileprivate var givenData: DataSet? {
    if case .object = value("data") { data("data") } else { nil }
  }
}

/// Returns the samples to predict for, with inputs that are scaled like those of `like`.
private func samples(_ call: Call, _ network: Network, like: DataSet?) throws(Diagnostic) -> DataSet {
  let fills = call.string("missing") == "mean"
  if fills, like == nil {
    throw call.error(
      "missing-argument", "missing: mean needs a data set to take the means from", at: "missing", notes: [advice])
  }
  var data: DataSet
  if let given = call.givenData {
    data = given
  } else {
    var columns = try call.columns("data", letter: "x", isTarget: false, isSample: network.inputs > 1)
    data = try reading(call, like) { () throws(DataError) in
      // A table may have further columns, in another order.
      if let like, call.value("data").elementCount == nil {
        columns = try columns.inputs(like: like, allowingGaps: fills) ?? columns
      }
      if let like, fills { columns = columns.fillingGaps(like: like) }
      let targets = [DataColumn("y1", [Double](repeating: 0, count: columns.first?.count ?? 0))]
      return try .table(name: "data", columns, targets: targets, DataLayout(targets: []))
    }
  }
  guard let like else { return data }
  return try call.reading { () throws(DataError) in try data.scalingInputs(like: like) }
}

private let advice = "like: data is the data set that the network was trained on"

/// Reads samples. Errors say what can be done here, which is less than when a data set is read.
private func reading(
  _ call: Call, _ like: DataSet?, _ body: () throws(DataError) -> DataSet
) throws(Diagnostic) -> DataSet {
  do throws(DataError) {
    return try body()
  } catch {
    try call.checkInterrupt()
    let note: String? =
      switch error {
      case .missingValue where like != nil: "fill in the value, or use 'missing: mean' for the mean in the data of like"
      case .missingValue: "fill in the value"
      case .notNumber where like == nil: "inputs must be numbers; for columns of text, \(advice)"
      case .notNumber: "inputs must be numbers"
      default: error.hint
      }
    throw call.error("data", error.message, at: "data", notes: note.map { [$0] } ?? [])
  }
}

/// Returns the names of the network's classes.
private func classNames(_ call: Call, _ network: Network, _ data: DataSet?) throws(Diagnostic) -> [String] {
  guard let data, data.isClassification else {
    throw call.error(
      "data", data == nil ? "the classes of these samples have no names" : "the targets are not classes", at: "as",
      notes: [
        data == nil
          ? "like: data takes the names from the data set that the network was trained on"
          : "numbers become classes in csv(file, target: column, classes: true)"
      ])
  }
  guard data.fits(outputs: network.outputs) else {
    throw call.error(
      "network",
      "\(data.name) has \(data.classNames.count) classes, but the network has \(counted(network.outputs, "output"))",
      at: call.isNone("like") ? "data" : "like", notes: ["use the data set that the network was trained on"])
  }
  return data.classNames
}

/// Returns the name of the most probable class, or none if a probability is nan.
private func likeliest(_ probabilities: [Double], _ names: [String]) -> Value {
  var best = 0
  for (index, probability) in zip(names.indices, probabilities) {
    if probability.isNaN { return .none }
    if probability > probabilities[best] { best = index }
  }
  return .string(names[best])
}

/// Returns the probabilities with a column for each class and a row for each sample.
private func table(_ rows: [[Double]], _ names: [String]) -> Table {
  Table(columns: names.indices.map { index in Column(names[index], numbers: rows.untilStopped.map { $0[index] }) })
}
