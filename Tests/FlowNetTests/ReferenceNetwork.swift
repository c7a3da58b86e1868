// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowNet
import Foundation
import NetworkFixtures
import Testing

/// A network file written by PyTorch; see Reference/README.md.
struct ReferenceNetwork: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: Int
  let layers: [ReferenceLayer]
  let loss: Choice
  let optimizer: OptimizerChoice
  let penalty: Choice?
  let clip: Choice?
  let x: [[Double]]
  let t: [[Double]]?
  let classes: [Int]?
  let forward: [[Double]]
  let loss_value: Double
  let gradients: [Samples]
  let delta: [Samples]
  let training: Training

  struct Choice: Decodable, Sendable {
    let name: String
    let arguments: [Double]
    let reduction: String?
  }

  struct OptimizerChoice: Decodable, Sendable {
    let name: String
    let arguments: [String: Double]
  }

  /// Every `stride`-th element of an array, row by row.
  struct Samples: Decodable, Sendable {
    let path: String
    let shape: [Int]
    let norm: Double
    let stride: Int
    let values: [Double]
  }

  struct Training: Decodable, Sendable {
    let steps: Int
    let losses: [Double]
    let grad_norms: [Double]
    let clipped_norms: [Double]
    let parameters: [Samples]
    let running: [Running]
    let evaluation: [[Double]]
  }

  struct Running: Decodable, Sendable {
    let mean: [Double]
    let `var`: [Double]
  }

  var testDescription: String { name }

  /// All files, in the order of their names.
  static let all: [ReferenceNetwork] = {
    let folder = Bundle.module.url(forResource: "Reference/networks", withExtension: nil)!
    let files = try! FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    return files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
      .map { try! JSONDecoder().decode(ReferenceNetwork.self, from: Data(contentsOf: $0)) }
  }()
}

/// A layer of a network file, with its initial values.
struct ReferenceLayer: Decodable, Sendable {
  let kind: String
  let outputs: Int?
  let weight: [[Double]]?
  let bias: [Double]?
  let name: String?
  let arguments: [Double]?
  let momentum: Double?
  let eps: Double?
  let scale: [Double]?
  let shift: [Double]?
  let p: Double?
  let layers: [ReferenceLayer]?
  let projection: Projection?
  let factor: Double?
  let groups: Int?

  struct Projection: Decodable, Sendable {
    let weight: [[Double]]
    let bias: [Double]?
  }

  /// The corresponding layer of FlowNet.
  var description: any Layer {
    let zeros = Initializer.named("zeros")!
    switch kind {
    case "dense": return Dense(outputs!, weights: zeros, bias: bias.map { _ in zeros })
    case "activation":
      let recipe = Activation.catalogue.first { $0.name == name! }!
      return ActivationLayer(recipe.make(arguments!))
    case "batchnorm": return BatchNorm(momentum: momentum!, epsilon: eps!)
    case "layernorm": return LayerNorm()
    case "groupnorm": return GroupNorm(groups!, epsilon: eps!)
    case "rmsnorm": return RMSNorm(epsilon: eps!)
    case "dropout": return Dropout(p!)
    case "residual":
      return Residual(
        layers!.map(\.description), weights: zeros, bias: projection.map { $0.bias == nil ? nil : zeros } ?? zeros,
        scale: factor ?? 1)
    default: fatalError("the reference contains an unknown layer '\(kind)'")
    }
  }

  /// The parameters of the layer, in the order of the network.
  var parameters: [[Double]] {
    switch kind {
    case "dense": [weight!.flatMap { $0 }] + (bias.map { [$0] } ?? [])
    case "batchnorm", "layernorm", "groupnorm": [scale!, shift!]
    case "rmsnorm": [scale!]
    case "residual":
      layers!.flatMap(\.parameters)
        + (projection.map { [$0.weight.flatMap { $0 }] + ($0.bias.map { [$0] } ?? []) } ?? [])
    default: []
    }
  }
}

extension ReferenceNetwork {
  /// Creates the network with the parameters of the file.
  func network(_ precision: Precision = .f64) throws -> Network {
    let architecture = try Architecture.sequence(
      inputs: inputs, layers.map(\.description), Fixture.options(precision: precision))
    let network = Network(architecture, seed: NetworkSeed(0))
    network.allParameters = layers.flatMap(\.parameters)
    return network
  }

  var data: DataSet {
    let flat = x.flatMap { $0 }
    if let classes {
      let names = (0..<forward[0].count).map { "c\($0)" }
      return DataSet(name: name, inputs: flat, inputWidth: inputs, labels: classes.map(Int32.init), classes: names)
    }
    return DataSet(
      name: name, inputs: flat, inputWidth: inputs, targets: t!.flatMap { $0 }, outputWidth: t![0].count)
  }

  var chosenLoss: Loss {
    Loss.named(loss.name, loss.reduction.map { [$0 == "sum" ? 1 : 0] } ?? loss.arguments)!
  }

  var options: TrainingOptions {
    let recipe = Optimizer.catalogue.first { $0.name == optimizer.name }!
    let penalty = penalty.map { penalty in
      Penalty.catalogue.first { $0.name == penalty.name }!.make(penalty.arguments)
    }
    let clip = clip.map { clip in Clip.catalogue.first { $0.name == clip.name }!.make(clip.arguments) }
    return TrainingOptions(
      loss: chosenLoss, optimizer: recipe.make(recipe.parameters.map { optimizer.arguments[$0.name]! }),
      steps: training.steps, batch: x.count, shuffle: false, clip: clip, penalty: penalty)
  }
}
