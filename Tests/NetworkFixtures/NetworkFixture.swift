// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet

/// Networks and data for the tests.
package enum Fixture {
  package static let pool = ThreadPool(threads: 2)
  /// A pool without other threads, for measuring: the calling thread does all the work.
  package static let single = ThreadPool(threads: 1)

  /// The names of all activations that act on each unit separately.
  package static let activations = Activation.catalogue.map(\.name).filter { $0 != "softmax" }

  package static func activation(_ name: String) -> Activation { Activation.named(name)! }

  package static func initializer(_ name: String, _ arguments: Double...) -> Initializer {
    Initializer.named(name, arguments.isEmpty ? nil : arguments)!
  }

  package static func options(
    _ weights: Initializer = initializer("normal", 0, 1), bias: Initializer = initializer("zeros"),
    norm: NormChoice = .none, skip: Bool = false, precision: Precision = .f64
  ) -> NetworkOptions {
    NetworkOptions(weights: weights, bias: bias, norm: norm, skip: skip ? 1 : nil, precision: precision)
  }

  package static func chain(
    _ depth: Int, _ activation: String, width: Int = 1, inputs: Int? = nil, outputs: Int? = nil, seed: UInt64 = 1,
    _ options: NetworkOptions = options()
  ) throws -> Network {
    Network(
      try .chain(
        depth: depth, Fixture.activation(activation), width: width, inputs: inputs, outputs: outputs, options),
      seed: NetworkSeed(seed))
  }

  package static func mlp(
    _ sizes: [Int], _ activation: String, output: String = "identity", seed: UInt64 = 1,
    _ options: NetworkOptions = options(initializer("xavier_uniform"))
  ) throws -> Network {
    Network(
      try .mlp(sizes, Fixture.activation(activation), output: Fixture.activation(output), options),
      seed: NetworkSeed(seed))
  }

  package static func sequence(
    _ inputs: Int, _ layers: [any Layer], seed: UInt64 = 1, precision: Precision = .f64
  ) throws -> Network {
    Network(try .sequence(inputs: inputs, layers, options(precision: precision)), seed: NetworkSeed(seed))
  }

  package static func dense(
    _ units: Int, _ activation: String = "identity", _ weights: Initializer = initializer("xavier_uniform"),
    bias: Initializer = initializer("uniform", -0.5, 0.5)
  ) -> Dense {
    Dense(units, Fixture.activation(activation), weights: weights, bias: bias)
  }

  package static func residual(_ layers: any Layer...) -> Residual {
    Residual(layers, weights: initializer("xavier_uniform"), bias: initializer("uniform", -0.5, 0.5))
  }

  /// Returns a data set with normal inputs and targets, multiplied by `scale`.
  package static func regression(
    _ samples: Int, _ inputs: Int, _ outputs: Int, seed: UInt64 = 1, scale: Double = 1
  ) -> DataSet {
    var stream = RandomStream(seed: seed, purpose: .data)
    return DataSet(
      name: "normal", inputs: (0..<samples * inputs).map { _ in scale * stream.normal() }, inputWidth: inputs,
      targets: (0..<samples * outputs).map { _ in scale * stream.normal() }, outputWidth: outputs)
  }

  /// Returns a data set with normal inputs and cyclically assigned classes.
  package static func classes(_ samples: Int, _ inputs: Int, _ classes: Int, seed: UInt64 = 1) -> DataSet {
    var stream = RandomStream(seed: seed, purpose: .data)
    return DataSet(
      name: "classes", inputs: (0..<samples * inputs).map { _ in stream.normal() }, inputWidth: inputs,
      labels: (0..<Int32(samples)).map { $0 % Int32(classes) }, classes: (0..<classes).map { "c\($0)" })
  }

  /// The digits that come with the program.
  package static let digits = try! ShippedData.all.first { $0.name == "digits" }!.load()

  package static let mse = Loss.named("mse")!
}

extension Activation {
  /// Returns the activation of an entry of a reference file.
  package static func of(_ name: String, _ arguments: [Double]) -> Activation {
    Activation.catalogue.first { $0.name == name }!.make(arguments)
  }
}
