// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Glibc

/// Networks and data for the tests.
enum Fixture {
  static let pool = ThreadPool(threads: 2)
  /// A pool without other threads, for measuring: the calling thread does all the work.
  static let single = ThreadPool(threads: 1)

  /// The names of all activations that act on each unit separately.
  static let activations = Activation.catalogue.map(\.name).filter { $0 != "softmax" }

  static func activation(_ name: String) -> Activation { Activation.named(name)! }

  static func initializer(_ name: String, _ arguments: Double...) -> Initializer {
    Initializer.named(name, arguments.isEmpty ? nil : arguments)!
  }

  static func options(
    _ weights: Initializer = initializer("normal", 0, 1), bias: Initializer = initializer("zeros"),
    norm: NormChoice = .none, skip: Bool = false, precision: Precision = .f64
  ) -> NetworkOptions {
    NetworkOptions(weights: weights, bias: bias, norm: norm, skip: skip, precision: precision)
  }

  static func chain(
    _ depth: Int, _ activation: String, width: Int = 1, inputs: Int? = nil, outputs: Int? = nil, seed: UInt64 = 1,
    _ options: NetworkOptions = options()
  ) throws -> Network {
    Network(
      try .chain(
        depth: depth, Fixture.activation(activation), width: width, inputs: inputs, outputs: outputs, options),
      seed: NetworkSeed(seed))
  }

  static func mlp(
    _ sizes: [Int], _ activation: String, output: String = "identity", seed: UInt64 = 1,
    _ options: NetworkOptions = options(initializer("xavier_uniform"))
  ) throws -> Network {
    Network(
      try .mlp(sizes, Fixture.activation(activation), output: Fixture.activation(output), options),
      seed: NetworkSeed(seed))
  }

  static func sequence(
    _ inputs: Int, _ layers: [any Layer], seed: UInt64 = 1, precision: Precision = .f64
  ) throws -> Network {
    Network(try .sequence(inputs: inputs, layers, options(precision: precision)), seed: NetworkSeed(seed))
  }

  static func dense(
    _ units: Int, _ activation: String = "identity", _ weights: Initializer = initializer("xavier_uniform"),
    bias: Initializer = initializer("uniform", -0.5, 0.5)
  ) -> Dense {
    Dense(units, Fixture.activation(activation), weights: weights, bias: bias)
  }

  static func residual(_ layers: any Layer...) -> Residual {
    Residual(layers, weights: initializer("xavier_uniform"), bias: initializer("uniform", -0.5, 0.5))
  }

  /// Returns a data set with normal inputs and targets, multiplied by `scale`.
  static func regression(
    _ samples: Int, _ inputs: Int, _ outputs: Int, seed: UInt64 = 1, scale: Double = 1
  ) -> DataSet {
    var stream = RandomStream(seed: seed, purpose: .data)
    return DataSet(
      name: "normal", inputs: (0..<samples * inputs).map { _ in scale * stream.normal() }, inputWidth: inputs,
      targets: (0..<samples * outputs).map { _ in scale * stream.normal() }, outputWidth: outputs)
  }

  /// Returns a data set with normal inputs and cyclically assigned classes.
  static func classes(_ samples: Int, _ inputs: Int, _ classes: Int, seed: UInt64 = 1) -> DataSet {
    var stream = RandomStream(seed: seed, purpose: .data)
    return DataSet(
      name: "classes", inputs: (0..<samples * inputs).map { _ in stream.normal() }, inputWidth: inputs,
      labels: (0..<Int32(samples)).map { $0 % Int32(classes) }, classes: (0..<classes).map { "c\($0)" })
  }

  static let mse = Loss.named("mse")!
}

/// Returns the processor time that this thread spends in `body`, in seconds. Other work on the machine does not count.
func computingTime(_ body: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
  let start = now()
  try body()
  return now() - start
}

/// Returns |a − b|/|b|, or 0 if both are 0.
func relativeError(_ a: Double, _ b: Double) -> Double { a == b ? 0 : abs(a - b) / abs(b) }

func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/// Returns √Σx².
func norm(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 }.squareRoot() }
