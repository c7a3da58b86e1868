// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests which tensors of a file are read as layers.
struct LayerFileTests {
  /// Returns a file of tensors with the given names and shapes, whose elements are 1, 2, 3 and so on.
  private static func file(_ tensors: [String: [Int]], metadata: [String: String] = [:]) -> [UInt8] {
    var writer = SafetensorsWriter(metadata: metadata)
    for (name, shape) in tensors {
      writer.add(name, .f64, shape: shape) { (0..<shape.reduce(1, *)).map { Double($0 + 1) } }
    }
    return writer.bytes
  }

  private static let two = ["0.weight": [3, 2], "0.bias": [3], "2.weight": [1, 3], "2.bias": [1]]

  private static func network() throws -> Network { try Fixture.mlp([2, 3, 1], "tanh") }

  private func refusal(_ tensors: [String: [Int]], order: [String]? = nil) throws -> NetworkError {
    let network = try Self.network()
    let before = network.file
    let error = #expect(throws: NetworkError.self) { try network.load(file: Self.file(tensors), order: order) }
    #expect(network.file == before)
    return try #require(error)
  }

  @Test(arguments: [
    ["optimizer.state.0.exp_avg": [3, 2], "optimizer.state.0.exp_avg_sq": [3, 2], "optimizer.state.0.step": []],
    ["optimizer.exp_avg.0.weight": [3, 2], "optimizer.exp_avg.0.bias": [3]], ["0.weight.momentum_buffer": [3, 2]],
    ["epoch": [], "best_loss": [1]],
  ])
  func otherTensorsAreIgnored(_ others: [String: [Int]]) throws {
    let network = try Self.network()
    let loaded = try network.load(file: Self.file(Self.two.merging(others) { $1 }))
    #expect(loaded.unused == others.keys.sorted())
    #expect(try SafetensorsFile(network.file).numbers("0.weight") == [1, 2, 3, 4, 5, 6])
  }

  /// A counter of a batch normalisation is not mentioned, whatever its type.
  @Test func countersAreIgnored() throws {
    let loaded = try Self.network().load(file: Self.file(Self.two.merging(["1.num_batches_tracked": []]) { $1 }))
    #expect(loaded.unused.isEmpty)
  }

  @Test(arguments: ["model.", "module.net.", "_orig_mod."])
  func namesMayHaveAPrefixInCommon(_ prefix: String) throws {
    func network(_ seed: UInt64) throws -> Network {
      try Fixture.sequence(
        3, [Fixture.residual(Fixture.dense(3, "tanh"), Fixture.dense(3)), Fixture.dense(3)], seed: seed)
    }
    let (one, two) = (try network(1), try network(2))
    let own = try SafetensorsFile(one.file)
    var writer = SafetensorsWriter()
    for (name, tensor) in own.tensors { writer.add(prefix + name, .f64, shape: tensor.shape) { own.numbers(name)! } }
    #expect(try two.load(file: writer.bytes).assumedOrder == nil)
    #expect(two.file == one.file)
  }

  /// A layer that is not listed is not loaded, and a module stands for its layers.
  @Test func anOrderSelects() throws {
    let network = try Self.network()
    let file = Self.file([
      "decoder.weight": [2, 3], "encoder.10.weight": [1, 3], "encoder.9.weight": [3, 2], "rnn.weight_ih_l0": [8, 2],
      "rnn.weight_hh_l0": [8, 2],
    ])
    #expect(throws: NetworkError.self) { try network.load(file: file) }
    #expect(try network.load(file: file, order: ["encoder"]).unused == ["decoder", "rnn"])
    #expect(try SafetensorsFile(network.file).numbers("0.weight") == [1, 2, 3, 4, 5, 6])
    #expect(try SafetensorsFile(network.file).numbers("0.bias") == [0, 0, 0])
  }

  @Test func errorsOfModules() throws {
    let file = ["net.a.weight": [3, 2], "net.b.weight": [1, 3], "rnn.weight_ih_l0": [8, 2], "rnn.bias_ih_l0": [8]]
    let unordered = try refusal(file, order: ["net"])
    #expect(unordered.message.contains("do not show the order"))
    #expect(unordered.order == ["net.a", "net.b"])
    #expect(try refusal(file, order: ["net.a", "net"]).message.contains("do not show the order"))
    #expect(try refusal(file, order: ["net.a", "rnn"]).message.contains("recurrent"))
    #expect(
      try refusal(file, order: ["net.a.weight", "net.b"]).hint == "name the layer without the last part: \"net.a\"")
    #expect(try refusal(file, order: ["net.a"]).message == "order: a layer of the file is missing")
    let more = ["a.weight": [3, 2], "b.weight": [1, 3], "c.weight": [1, 3]]
    #expect(try refusal(more, order: ["a"]).message == "order lists 1 layer, but the network has 2")
    #expect(try refusal(more).hint?.contains("to load only some layers") == true)
  }

  @Test(arguments: [
    (["0.weight_orig": [3, 2], "0.weight_u": [3], "0.weight_v": [2]], "spectral normalisation"),
    (["0.weight_orig": [3, 2], "0.weight_mask": [3, 2]], "pruned"),
    (
      [
        "0.parametrizations.weight.original": [3, 2], "0.parametrizations.weight.0._u": [3],
        "0.parametrizations.weight.0._v": [2],
      ], "computes from other tensors"
    ),
    (["0.weight_g": [2, 1], "0.weight_v": [3, 2]], "whose parts do not match"),
    (["0.in_proj_weight": [9, 3], "0.in_proj_bias": [9]], "attention"),
    (["0.weight_ih_l0": [12, 2], "0.weight_hh_l0": [12, 3]], "recurrent"),
  ])
  func otherWeightsAreNamed(_ tensors: [String: [Int]], _ reason: String) throws {
    let error = try refusal(tensors.merging(["0.bias": [3], "2.weight": [1, 3]]) { $1 })
    #expect(error.message.hasPrefix("the module '0' ") && error.message.contains(reason), "\(error)")
  }

  /// The names of `torch.nn.utils.weight_norm` and of its successor. Rows are divided by their norms.
  @Test(arguments: [
    ("0.weight_g", "0.weight_v"), ("0.parametrizations.weight.original0", "0.parametrizations.weight.original1"),
  ])
  func normalizedWeights(size: String, direction: String) throws {
    let network = try Self.network()
    try network.load(file: Self.file([size: [3, 1], direction: [3, 2], "0.bias": [3], "2.weight": [1, 3]]))
    let weight = try #require(try SafetensorsFile(network.file).numbers("0.weight"))
    let rows: [(size: Double, direction: [Double])] = [(1, [1, 2]), (2, [3, 4]), (3, [5, 6])]
    let expected = rows.flatMap { row in row.direction.map { row.size * $0 / norm(row.direction) } }
    for (own, expected) in zip(weight, expected) { #expect(abs(own - expected) < 1e-15) }
  }

  /// `safetensors.torch.save_model` writes one of two tensors that share memory, and its name in the metadata.
  @Test func sharedTensors() throws {
    let tensors = ["a.0.weight": [3, 3], "a.0.bias": [3], "a.1.bias": [3]]
    let network = try Fixture.mlp([3, 3, 3], "tanh")
    let loaded = try network.load(file: Self.file(tensors, metadata: ["a.1.weight": "a.0.weight", "format": "pt"]))
    #expect(loaded.tied.map { "\($0) = \($1)" } == ["a.1.weight = a.0.weight"])
    let written = try SafetensorsFile(network.file)
    #expect(written.numbers("2.weight") == written.numbers("0.weight"))
    let error = #expect(throws: NetworkError.self) { try network.load(file: Self.file(tensors)) }
    #expect(error?.hint?.contains("v.clone()") == true)
  }

  /// Integers cannot be read as weights.
  @Test func quantizedWeights() throws {
    let header = #"{"0.weight":{"dtype":"I8","shape":[3,2],"data_offsets":[0,6]}}"#
    let bytes =
      withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + header.utf8 + [1, 2, 3, 4, 5, 6]
    let network = try Fixture.mlp([2, 3], "tanh")
    let error = #expect(throws: NetworkError.self) { try network.load(file: bytes) }
    #expect(error?.message == "the tensor '0.weight' has elements of type I8")
  }

  @Test func biasesThatANetworkDoesNotHave() throws {
    let network = try Fixture.sequence(
      2, [Dense(3, Fixture.activation("tanh"), weights: Fixture.initializer("zeros"), bias: nil)])
    let error = #expect(throws: NetworkError.self) {
      try network.load(file: Self.file(["0.weight": [3, 2], "0.bias": [3]]))
    }
    #expect(error?.hint?.contains("without bias: false") == true)
  }
}
