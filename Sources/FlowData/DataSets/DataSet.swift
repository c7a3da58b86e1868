// SPDX-License-Identifier: GPL-3.0-or-later

/// The desired outputs of a network for each sample.
public enum DataTargets: Sendable {
  /// A class per sample, as an index into `names`.
  case classes(labels: [Int32], names: [String])
  /// Numbers, samples × `names.count`, row by row.
  case values([Double], names: [String])
}

/// Samples with inputs and targets, which may be scaled. Sets are values: every operation returns a new one.
public struct DataSet: Sendable {
  /// The name of the source, such as `iris`.
  public let name: String
  /// The number of samples.
  public let samples: Int
  /// The names of the inputs.
  public let inputNames: [String]
  public let targets: DataTargets
  /// The scaling applied to inputs when they are read, or nil for none.
  public let inputScaling: Scaling?
  /// The scaling that has been applied to the targets, or nil for none.
  public let targetScaling: Scaling?
  /// The stored inputs, samples × inputs.
  @usableFromInline package let values: DataValues

  package init(
    name: String, values: DataValues, inputNames: [String], targets: DataTargets,
    inputScaling: Scaling? = nil, targetScaling: Scaling? = nil
  ) {
    let samples =
      switch targets {
      case .classes(let labels, _): labels.count
      case .values(let numbers, let names): numbers.count / names.count
      }
    precondition(values.count == samples * inputNames.count, "inputs and targets differ in their number of samples")
    self.name = name
    self.samples = samples
    self.inputNames = inputNames
    self.targets = targets
    self.inputScaling = inputScaling
    self.targetScaling = targetScaling
    self.values = values
  }

  /// Creates a set with numeric targets. The inputs are samples × `inputWidth` and the targets samples × `outputWidth`,
  /// row by row.
  public init(name: String, inputs: [Double], inputWidth: Int, targets: [Double], outputWidth: Int) {
    self.init(
      name: name, values: .doubles(inputs), inputNames: DataSet.numbered("x", inputWidth),
      targets: .values(targets, names: DataSet.numbered("y", outputWidth)))
  }

  /// Creates a set with classes. The inputs are samples × `inputWidth`, row by row, and the labels are indices into
  /// `classes`.
  public init(name: String, inputs: [Double], inputWidth: Int, labels: [Int32], classes: [String]) {
    self.init(
      name: name, values: .doubles(inputs), inputNames: DataSet.numbered("x", inputWidth),
      targets: .classes(labels: labels, names: classes))
  }

  /// Returns names that consist of a letter and a number from 1.
  static func numbered(_ letter: String, _ count: Int) -> [String] {
    (0..<count).map { "\(letter)\($0 + 1)" }
  }
}

extension DataSet {
  /// The number of inputs.
  @inlinable public var inputWidth: Int { inputNames.count }

  /// The number of outputs that a network needs: the number of classes, or the number of target values per sample.
  @inlinable public var outputWidth: Int {
    switch targets {
    case .classes(_, let names), .values(_, let names): names.count
    }
  }

  /// The names of the classes; empty if the targets are numbers.
  public var classNames: [String] {
    if case .classes(_, let names) = targets { names } else { [] }
  }

  /// The names of the targets; empty if the targets are classes.
  public var targetNames: [String] {
    if case .values(_, let names) = targets { names } else { [] }
  }

  /// A Boolean value that indicates whether the targets are classes.
  @inlinable public var isClassification: Bool {
    if case .classes = targets { true } else { false }
  }

  /// Returns whether a network with `outputs` outputs can be trained on this set. Two classes also fit a single output,
  /// which is then the evidence for the second class.
  @inlinable
  public func fits(outputs: Int) -> Bool {
    outputs == outputWidth || (isClassification && outputWidth == 2 && outputs == 1)
  }

  /// The memory taken by inputs and targets, in bytes.
  public var memory: Int {
    switch targets {
    case .classes(let labels, _): values.memory + labels.count * MemoryLayout<Int32>.stride
    case .values(let numbers, _): values.memory + numbers.count * MemoryLayout<Double>.stride
    }
  }

  /// A description in one line, such as `iris: 150 samples, 4 inputs, 3 classes (setosa, versicolor, virginica)`.
  public var summary: String {
    let inputs = "\(inputWidth) \(inputWidth == 1 ? "input" : "inputs")"
    let outputs =
      isClassification
      ? "\(outputWidth) \(outputWidth == 1 ? "class" : "classes") (\(classList))"
      : "\(outputWidth) \(outputWidth == 1 ? "target" : "targets")"
    let suffix =
      (inputScaling.map { $0.isStandard ? ", standardized" : ", inputs scaled" } ?? "")
      + (targetScaling.map { $0.isStandard ? ", targets standardized" : ", targets scaled" } ?? "")
    return "\(name): \(samples) \(samples == 1 ? "sample" : "samples"), \(inputs), \(outputs)\(suffix)"
  }

  private var classList: String {
    let shown = classNames.prefix(10).joined(separator: ", ")
    return classNames.count > 10 ? shown + ", …" : shown
  }
}
