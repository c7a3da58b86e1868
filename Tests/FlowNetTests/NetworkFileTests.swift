// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import Foundation
import NetworkFixtures
import Testing

/// Tests networks in safetensors files, both our own and those of PyTorch.
struct NetworkFileTests {
  /// Reads files written by PyTorch, with names that differ from ours and sort `layers.10` before `layers.2`. See
  /// Reference/README.md.
  @Test(arguments: ["f64", "f32", "f16", "bf16"])
  func modulesOfPyTorch(type: String) throws {
    struct Module: Decodable {
      let inputs: [[Double]]
      let outputs: [String: [[Double]]]
    }
    let module = try JSONDecoder().decode(Module.self, from: Data(try Self.reference("module.json")))
    let network = try Fixture.mlp(Array(repeating: 3, count: 12) + [2], "tanh")
    try network.load(file: try Self.reference("module_\(type).safetensors"))
    let outputs = network.predict(
      DataSet(
        name: "inputs", inputs: module.inputs.flatMap(\.self), inputWidth: 3,
        targets: [Double](repeating: 0, count: 2 * module.inputs.count), outputWidth: 2), pool: Fixture.single)
    for (own, theirs) in zip(outputs.joined(), try #require(module.outputs[type]).joined()) {
      #expect(abs(own - theirs) < 1e-15)
    }
    let refusal = #expect(throws: NetworkError.self) {
      try Network.source(inFile: try Self.reference("module_\(type).safetensors"))
    }
    #expect(refusal?.hint?.contains("layers.9.weight 3 x 3, layers.10.weight 3 x 3, layers.11.weight 2 x 3;") == true)
  }

  /// Saves and loads a network with normalisations, shortcuts and projections. All numbers are restored exactly,
  /// including the running statistics.
  @Test(arguments: [Precision.f32, .f64])
  func isRestoredFromItsFile(precision: Precision) throws {
    let network = try Self.residual(seed: 1, precision)
    let data = Fixture.regression(32, 3, 2)
    _ = try network.train(data, TrainingOptions(epochs: 2), observer: NoObserver(), pool: Fixture.single)
    let file = network.file
    let other = try Self.residual(seed: 2, precision)
    #expect(other.predict(data, pool: Fixture.single) != network.predict(data, pool: Fixture.single))
    try other.load(file: file)
    #expect(other.predict(data, pool: Fixture.single) == network.predict(data, pool: Fixture.single))
    #expect(other.file == file)
  }

  @Test func otherShapesAreRefused() throws {
    let file = try Fixture.mlp([3, 4, 2], "tanh").file
    for sizes in [[3, 4, 1], [3, 4, 4, 2], [3, 2]] {
      let network = try Fixture.mlp(sizes, "tanh")
      let before = network.file
      #expect(throws: NetworkError.self) { try network.load(file: file) }
      #expect(network.file == before)
    }
  }

  /// A damaged file is either read or refused.
  @Test func damagedFiles() throws {
    let network = try Fixture.mlp([3, 4, 2], "tanh")
    let file = network.file
    for length in 0..<file.count {
      #expect(throws: NetworkError.self) { try network.load(file: Array(file.prefix(length))) }
    }
    var refused = 0
    for place in 0..<file.count {
      for mask: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
        var changed = file
        changed[place] ^= mask
        do { try network.load(file: changed) } catch { refused += 1 }
      }
    }
    #expect(refused > 100)
    for text in ["", "{}", "\u{8}\0\0\0\0\0\0\0{}      ", "\u{2}\0\0\0\0\0\0\0{}", "\0\0\0\0\0\0\0\0"] {
      #expect(throws: NetworkError.self) { try network.load(file: Array(text.utf8)) }
    }
    let huge = #"{"0.weight":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#
    #expect(throws: NetworkError.self) {
      try network.load(file: [UInt8(huge.utf8.count), 0, 0, 0, 0, 0, 0, 0] + huge.utf8)
    }
  }

  private static func residual(seed: UInt64, _ precision: Precision) throws -> Network {
    try Fixture.sequence(
      3,
      [
        Fixture.dense(5, "tanh"), BatchNorm(), Fixture.residual(Fixture.dense(4, "tanh"), LayerNorm()), Dropout(0.1),
        Fixture.dense(2),
      ], seed: seed, precision: precision)
  }

  private static func reference(_ name: String) throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Reference/\(name)", withExtension: nil))
    return Array(try Data(contentsOf: url))
  }
}
