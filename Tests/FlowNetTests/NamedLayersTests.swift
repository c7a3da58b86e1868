// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Foundation
import NetworkFixtures
import Testing

/// Loads modules of PyTorch whose layers have names, and compares the flow in evaluation mode with its gradients. See
/// Reference/named_modules.py.
struct NamedLayersTests {
  private struct Row: Decodable {
    let layer: String
    let gradNorm, biasGradNorm, deltaRms: Double
  }

  private struct Document: Decodable {
    let inputs, targets: [[Double]]
    let flow: [String: [Row]]
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let sizes: [Int]
    var norm = NormChoice.none
    var order: [String]?

    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "order", sizes: [4, 4, 4, 4, 4], order: ["input", "hidden", "body", "output"]),
    Case(name: "blocks", sizes: [4, 4, 4, 4, 4, 4], order: ["stem", "blocks", "head"]),
    Case(name: "batchnorm", sizes: [4, 4, 4, 4], norm: .batch, order: ["fc1", "bn1", "fc2", "bn2", "head"]),
    Case(name: "layernorm", sizes: [4, 5, 4], norm: .layer), Case(name: "weightnorm", sizes: [4, 5, 3, 4]),
    Case(name: "unscaled", sizes: [4, 5, 4], norm: .batch),
  ]

  private static func bytes(_ name: String) throws -> [UInt8] {
    Array(
      try Data(contentsOf: try #require(Bundle.module.url(forResource: "Reference/named/\(name)", withExtension: nil))))
  }

  private static func network(_ own: Case) throws -> Network {
    try Fixture.mlp(own.sizes, "tanh", Fixture.options(norm: own.norm))
  }

  @Test(arguments: cases)
  func flowAgreesWithPyTorch(_ own: Case) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let document = try decoder.decode(Document.self, from: Data(Self.bytes("named.json")))
    let network = try Self.network(own)
    let loaded = try network.load(file: try Self.bytes("\(own.name).safetensors"), order: own.order)
    #expect(loaded.unused.isEmpty && loaded.tied.isEmpty && loaded.assumedOrder == nil)
    let data = DataSet(
      name: "named", inputs: document.inputs.flatMap(\.self), inputWidth: 4, targets: document.targets.flatMap(\.self),
      outputWidth: 4)
    let rows = try network.flow(data, loss: Fixture.mse, isTraining: false, pool: Fixture.single)
    let expected = try #require(document.flow[own.name])
    #expect(rows.count == expected.count)
    for (row, expected) in zip(rows, expected) {
      #expect(relativeError(row.gradNorm, expected.gradNorm) < 1e-12)
      #expect(relativeError(try #require(row.biasGradNorm), expected.biasGradNorm) < 1e-12)
      // Here δ is the gradient of a sample's own loss, and not of the mean over the samples.
      #expect(relativeError(row.deltaRMS, expected.deltaRms) < 1e-12)
    }
  }

  /// In alphabetical order, the layers have the right shapes and wrong gradients, so an order is required.
  @Test(arguments: cases.filter { $0.order != nil })
  func equalShapesAreNotGuessed(_ own: Case) throws {
    let file = try Self.bytes("\(own.name).safetensors")
    let network = try Self.network(own)
    let error = #expect(throws: NetworkError.self) { try network.load(file: file) }
    #expect(error?.message == "more than one order of the file's layers fits the network")
    #expect(error?.order.sorted() == own.order?.sorted())
    for layer in own.order ?? [] { #expect(error?.hint?.contains(layer) == true) }
  }
}
