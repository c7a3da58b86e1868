// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime

/// The functions that make data sets from the user's own data and scale them.
enum DataSetBuiltins {
  static let builtins: [Builtin] = [
    Builtin(
      "dataset",
      "Makes a data set from lists. Numeric targets remain numbers, and strings become classes. dataset(x, x) is for "
        + "an autoencoder.", in: .data,
      [
        Parameter(
          "inputs", .list, "numbers, or lists of numbers, one per sample; nested lists are flattened"),
        Parameter(
          "targets", .columns,
          "what to predict for each sample: numbers, strings or lists of numbers, or columns of them"),
        .classes, .missing,
      ], gives: "a data set",
      example: "dataset([[1, 2], [3, 4], [5, 6]], [\"low\", \"low\", \"high\"], classes: [\"low\", \"high\"])",
      seeAlso: ["csv", "scale", "train", "predict"]
    ) { call throws(Diagnostic) in
      let inputs = try call.columns("inputs", letter: "x", isTarget: false)
      let targets = try call.columns("targets", letter: "y", isTarget: true)
      try checkSamples(inputs, targets, of: "inputs", call)
      let layout = try call.layout(targets: [])
      return .object(
        DataObject(
          try call.reading { () throws(DataError) in
            try .table(name: "data", inputs, targets: targets, layout, note: call.noteReading)
          }))
    },
    Builtin(
      "dataset", "Makes a data set from the columns of a table, or from a record of columns.", in: .data,
      [
        Parameter(
          "table", .union([.table, .record]),
          "columns of numbers; those of the target and in one_hot may be text"),
        Parameter(
          "targets", .union([.list, .table, .record, .exactlyNone]), default: "none",
          "what to predict for each row, if it is not in the table"),
        Parameter(
          "target", .optional(.columnNames), default: "none",
          "column to predict, or a list of columns; a text column becomes classes"),
        Parameter("drop", .columnNames, default: "[]", "columns to leave out"),
        .classes, .missing,
        Parameter(
          "one_hot", .columnNames, default: "[]", "text columns, each of which becomes one input per distinct value"),
      ], gives: "a data set",
      example: """
        t = table([record(size: 70, city: "Rome", rent: 900), record(size: 40, city: "Oslo", rent: 800)])
        dataset(t, target: "rent", one_hot: ["city"]).input_names
        """, seeAlso: ["csv", "scale", "train"]
    ) { call throws(Diagnostic) in
      let names = call.isNone("target") ? [] : try call.names("target")
      guard names.isEmpty || call.isNone("targets") else {
        throw call.error(
          "wrong-arguments", "the targets are given twice: with 'targets' and with 'target'", at: "target",
          notes: ["use target: for the name of a column, and targets: for values"])
      }
      let isText = Set(names)
      let columns = try call.columns("table", letter: "x", isTarget: false)
      let texts = isText.isEmpty ? columns : try call.columns("table", letter: "x", isTarget: true)
      let inputs = zip(columns, texts).map { isText.contains($0.name) ? $1 : $0 }
      let targets = call.isNone("targets") ? [] : try call.columns("targets", letter: "y", isTarget: true)
      try checkSamples(inputs, targets, of: "table", call)
      let layout = try call.layout(targets: names)
      return .object(
        DataObject(
          try call.reading { () throws(DataError) in
            try .table(name: "data", inputs, targets: targets, layout, note: call.noteReading)
          }))
    },
    Builtin(
      "scale",
      "Scales the inputs or the targets of a data set. The data set remembers the scaling, so that predict returns "
        + "targets in their original unit, and evaluate can do so too.", in: .data,
      [
        Parameter("data", .data, "data set to scale"),
        .scaling("inputs"), .scaling("targets"),
        Parameter(
          "like", .optional(.data), default: "none",
          "data set whose scaling to use instead, such as the training set for a test set"),
      ], gives: "a data set",
      example: "data = dataset([1, 2, 3], [1000, 2000, 4000])\nscale(data, targets: 1 / 1000).targets",
      seeAlso: ["standardize", "predict", "evaluate"]
    ) { call throws(Diagnostic) in
      let (inputs, targets) = (call.scalingRule("inputs"), call.scalingRule("targets"))
      let like = call.optionalData("like")
      guard (inputs != nil || targets != nil) != (like != nil) else {
        throw call.error(
          "wrong-arguments",
          like == nil
            ? "scale needs inputs, targets or like" : "like already determines the scaling of inputs and targets",
          notes: ["for example scale(data, targets: 1 / 1000) or scale(test, like: train)"])
      }
      if let like {
        return .object(
          DataObject(try call.reading { () throws(DataError) in try call.data("data").scaled(like: like) }))
      }
      return .object(
        DataObject(
          try call.reading { () throws(DataError) in try call.data("data").scaled(inputs: inputs, targets: targets) }))
    },
    Builtin(
      "standardize", "Shifts and scales every input to mean 0 and standard deviation 1.", in: .data,
      [
        Parameter("data", .data, "data set to standardize"),
        Parameter(
          "like", .optional(.data), default: "none",
          "data set whose means and standard deviations to use instead, such as the training set for a test set"),
        Parameter(
          "targets", .boolean, default: "false",
          "whether to standardize the targets too; predict returns them in their original unit"),
      ], gives: "a data set", example: "standardize(iris()).samples", seeAlso: ["scale", "split"]
    ) { call throws(Diagnostic) in
      let targets = call.boolean("targets")
      return .object(
        DataObject(
          try call.reading { () throws(DataError) in
            let data = call.data("data")
            guard let like = call.optionalData("like") else { return try data.standardized(targets: targets) }
            return try data.standardized(like: like, targets: targets)
          }))
    },
    Builtin(
      "draw", "Draws random numbers, as values.", in: .data,
      [
        Parameter("distribution", .choice(.initializer), "initializer to draw from, such as normal(0, 1)"),
        Parameter(
          "shape", .union([.count, .numbers, .exactlyNone]), default: "none",
          "number of values, or the sizes of nested lists; none is a single number"),
      ], gives: "a number, a list of numbers, or nested lists",
      example: "draw(uniform(0, 1), 3)\nshape(draw(normal(0, 1), [2, 3]))",
      seeAlso: ["normal", "uniform", "gaussian", "seed"]
    ) { call throws(Diagnostic) in try drawn(call) },
  ]
}

extension Parameter {
  static let classes = Parameter(
    "classes", .classes, default: "none",
    "number of classes, whose names are 0, 1 and so on, or a list of their names in order; true turns numbers into "
      + "classes; none turns text into classes, in alphabetical order")
  static let missing = Parameter(
    "missing", .word(MissingValues.allCases.map(\.rawValue)), default: "error",
    "what to do with missing values: report an error, drop the row, or use the mean of the column for inputs and drop "
      + "rows without a target")

  fileprivate static func scaling(_ part: String) -> Parameter {
    Parameter(
      part, .union([.number(), .numbers, .word(["standard"]), .exactlyNone]), default: "none",
      "number to multiply all \(part) by, or a list of numbers, one for each; standard shifts and scales to mean 0 and "
        + "standard deviation 1")
  }
}

extension Call {
  /// Returns the rule given by an argument of `scale`, or nil for none.
  fileprivate func scalingRule(_ name: String) -> ScalingRule? {
    if isNone(name) { return nil }
    if optionalString(name) != nil { return .standard }
    return .factors(optionalNumber(name).map { [$0] } ?? numbers(name))
  }
}

/// Throws if there are not as many targets as inputs.
private func checkSamples(
  _ inputs: [DataColumn], _ targets: [DataColumn], of name: String, _ call: Call
) throws(Diagnostic) {
  guard let samples = inputs.first?.count, let other = targets.first?.count, samples != other else { return }
  let isTransposed = name == "inputs" && samples > 0 && inputs.count == other
  throw call.error(
    "length-mismatch",
    "\(name) has \(counted(samples, name == "table" ? "row" : "sample")), but there are \(counted(other, "target"))",
    at: "targets",
    notes: isTransposed ? ["inputs must be a list of samples; transpose(...) turns a list of columns into one"] : [])
}

/// Returns the result of `draw`.
private func drawn(_ call: Call) throws(Diagnostic) -> Value {
  let initializer: Initializer = call.choice("distribution")
  let sizes = call.isNone("shape") ? [] : call.optionalWhole("shape").map { [Double($0)] } ?? call.numbers("shape")
  guard sizes.allSatisfy({ $0 >= 1 && $0 == $0.rounded() && $0 <= 1e15 }) else {
    throw call.error("out-of-range", "the sizes of a shape must be whole numbers of at least 1", at: "shape")
  }
  if initializer.needsData {
    throw call.error(
      "wrong-type", "\(initializer.name) needs a network and data, so there are no values to draw from it",
      at: "distribution", notes: ["orthogonal is the matrix that it starts from"])
  }
  if initializer.dependsOnSize, sizes.count != 2 {
    throw call.error(
      "wrong-shape", "\(initializer.name) depends on the size of a layer, so it needs the shape [outputs, inputs]",
      at: call.isNone("shape") ? "distribution" : "shape",
      notes: ["for example draw(\(initializer.name), [30, 20]); normal, uniform and constant take any shape"])
  }
  let columns = Int(sizes.last ?? 1)
  let rows = sizes.dropLast().reduce(1, *)
  try call.attempt(at: "shape") { () throws(Complaint) in
    if sizes.count == 1 { try ValueLimits.checkList(count: columns) }
    try ValueLimits.checkMatrix(rows: Int(min(rows, 1e15)), columns: columns)
  }
  let (seed, stream) = call.draw()
  let numbers = initializer.values(
    rows: Int(rows), columns: columns, RandomStream(seed: seed, purpose: .data, index: stream))
  try call.checkInterrupt()
  if sizes.isEmpty { return .number(numbers[0]) }
  return nested(numbers, sizes.map { Int($0) })
}

/// Returns numbers as nested lists of the given sizes.
private func nested(_ numbers: [Double], _ sizes: [Int]) -> Value {
  switch sizes.count {
  case 1: return .list(List(numbers))
  case 2: return .list(List(matrix: numbers, rows: sizes[0], columns: sizes[1]))
  default:
    let size = numbers.count / sizes[0]
    let parts = (0..<sizes[0]).untilStopped.map { numbers[$0 * size..<($0 + 1) * size] }
    return .list(of: parts.map { nested(Array($0), Array(sizes.dropFirst())) })
  }
}
