// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures

/// Samples that a fault can change.
struct SampleData {
  enum Targets {
    case numbers([Double])
    case labels([Int32], classes: Int)
  }

  let name: String
  var inputs: [Double]
  let inputWidth: Int
  var targets: Targets

  init(name: String, inputs: [Double], inputWidth: Int, targets: Targets) {
    (self.name, self.inputs, self.inputWidth, self.targets) = (name, inputs, inputWidth, targets)
  }

  init(_ data: DataSet) {
    let targets: Targets =
      if case .classes(let labels, let names) = data.targets {
        .labels(labels, classes: names.count)
      } else {
        .numbers(data.targetLists.flatMap(\.self))
      }
    self.init(
      name: data.name, inputs: data.inputLists.flatMap(\.self), inputWidth: data.inputWidth, targets: targets)
  }

  var dataSet: DataSet {
    switch targets {
    case .numbers(let numbers):
      DataSet(
        name: name, inputs: inputs, inputWidth: inputWidth, targets: numbers,
        outputWidth: numbers.count / (inputs.count / inputWidth))
    case .labels(let labels, let classes):
      DataSet(
        name: name, inputs: inputs, inputWidth: inputWidth, labels: labels, classes: (0..<classes).map(String.init))
    }
  }

  /// The number of outputs of a network that learns these data.
  var outputs: Int {
    switch targets {
    case .numbers(let numbers): numbers.count / (inputs.count / inputWidth)
    case .labels(_, let classes): classes == 2 ? 1 : classes
    }
  }

  var isClassification: Bool {
    if case .labels = targets { true } else { false }
  }

  /// The standard deviation of all inputs.
  var inputDeviation: Double {
    let mean = inputs.reduce(0, +) / Double(inputs.count)
    return (inputs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inputs.count)).squareRoot()
  }

  mutating func changeTargets(_ change: (Double) -> Double) {
    if case .numbers(let numbers) = targets { targets = .numbers(numbers.map(change)) }
  }
}

extension SampleData {
  /// Draws a data set of any of the makers of the language, or numbers that a random function of the inputs returns.
  static func random(_ stream: inout RandomStream) throws -> SampleData {
    let samples = stream.pick([128, 192, 256])
    func made(_ recipe: String, _ arguments: [Double]) throws -> SampleData {
      let maker = DataGenerators.all.first { $0.name == recipe }!.make([Double(samples)] + arguments)
      return SampleData(try maker.generate(RandomStream(seed: stream.bits(at: 0), purpose: .data)))
    }
    switch stream.pick(0...9) {
    case 0: return try made("xor", [0.1])
    case 1: return try made("moons", [stream.pick([0.05, 0.1, 0.2])])
    case 2: return try made("circles", [0.05, 0.5])
    case 3: return try made("spirals", [Double(stream.pick([2, 3])), 0.02])
    case 4:
      let blobs = try made(
        "blobs", [Double(stream.pick([3, 4, 5])), Double(stream.pick([2, 4, 8])), stream.pick([1, 3])])
      return SampleData(blobs.dataSet.standardized())
    case 5: return SampleData(try shipped("iris").standardized())
    case 6: return SampleData(try shipped("digits").take(samples))
    case 7: return try made("sine", [stream.pick([0, 0.1])])
    default: return function(samples, &stream)
    }
  }

  private static func shipped(_ name: String) throws -> DataSet {
    try ShippedData.all.first { $0.name == name }!.load()
  }

  /// Standard normal inputs, and numbers of variance 1 that a random network of one hidden layer or a plane returns,
  /// with noise.
  private static func function(_ samples: Int, _ stream: inout RandomStream) -> SampleData {
    let (width, outputs) = (stream.pick([1, 2, 3, 5, 8]), stream.pick([1, 1, 1, 2]))
    let isPlane = stream.chance(0.25)
    let noise = isPlane ? 0.3 : stream.pick([0, 0, 0.1, 0.3])
    let inputs = (0..<samples * width).map { _ in stream.normal() }
    let units = 12
    var columns: [[Double]] = []
    for _ in 0..<outputs {
      let weights = (0..<units * width).map { _ in 1.5 * stream.normal() / Double(width).squareRoot() }
      let biases = (0..<units).map { _ in 0.3 * stream.normal() }
      let last = (0..<units).map { _ in stream.normal() }
      let plain = (0..<samples).map { sample in
        (0..<(isPlane ? 1 : units)).reduce(0.0) { sum, unit in
          let z = (0..<width).reduce(0) { $0 + inputs[sample * width + $1] * weights[unit * width + $1] }
          return sum + last[unit] * (isPlane ? z : Real.tanh(z + biases[unit]))
        }
      }
      let mean = plain.reduce(0, +) / Double(samples)
      let deviation = (plain.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples)).squareRoot()
      columns.append(plain.map { $0 / max(deviation, 1e-9) + noise * stream.normal() })
    }
    return SampleData(
      name: isPlane ? "plane" : "function", inputs: inputs, inputWidth: width,
      targets: .numbers((0..<samples).flatMap { sample in columns.map { $0[sample] } }))
  }
}
