// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import NetworkFixtures
import Testing

/// Tests which layer of a file is assigned to which layer of a network.
struct LayerMatchTests {
  /// Returns a file of layers with the given names and numbers of outputs and inputs. The weights are diagonal, with a
  /// value that identifies the layer: 2, 3, 4 and so on.
  private static func file(_ layers: [(name: String, outputs: Int, inputs: Int)], bias: Bool = true) -> [UInt8] {
    var writer = SafetensorsWriter()
    for (number, layer) in zip(2..., layers) {
      var weight = [Double](repeating: 0, count: layer.outputs * layer.inputs)
      for index in 0..<min(layer.outputs, layer.inputs) { weight[index * layer.inputs + index] = Double(number) }
      writer.add("\(layer.name).weight", .f32, shape: [layer.outputs, layer.inputs]) { weight }
      if bias {
        writer.add("\(layer.name).bias", .f32, shape: [layer.outputs]) { [Double](repeating: 0, count: layer.outputs) }
      }
    }
    return writer.bytes
  }

  private static func square(_ names: String...) -> [UInt8] { file(names.map { ($0, 3, 3) }) }

  /// Returns the first weight of each dense layer, which identifies the layer of the file.
  private func loaded(_ file: [UInt8], _ sizes: [Int], order: [String]? = nil) throws -> [Double] {
    let network = try Fixture.mlp(sizes, "tanh")
    try network.load(file: file, order: order)
    let written = try SafetensorsFile(network.file)
    return (0..<sizes.count - 1).compactMap { written.numbers("\(2 * $0).weight")?.first }
  }

  private func refusal(_ file: [UInt8], _ sizes: [Int], order: [String]? = nil) throws -> NetworkError {
    let network = try Fixture.mlp(sizes, "tanh")
    let before = network.file
    let error = #expect(throws: NetworkError.self) { try network.load(file: file, order: order) }
    #expect(network.file == before)
    return try #require(error)
  }

  /// Names like those of nn.Sequential: numbers are compared as numbers, and equal shapes are allowed.
  @Test(arguments: [
    ["0", "2", "10"], ["layers.0", "layers.2", "layers.10"], ["fc1", "fc2", "fc10"],
    ["blocks.0.norm", "blocks.1.attn", "blocks.10.body"], ["h.0.a.9", "h.0.a.10", "h.1.a.2"],
    ["l18446744073709551616", "l18446744073709551617", "l28446744073709551616"],
  ])
  func numbersInNamesDetermineTheOrder(_ names: [String]) throws {
    for shuffled in [names, names.reversed(), [names[1], names[2], names[0]]] {
      let file = Self.file(shuffled.map { ($0, 3, 3) })
      let expected = names.map { Double(2 + shuffled.firstIndex(of: $0)!) }
      #expect(try loaded(file, [3, 3, 3, 3]) == expected)
    }
  }

  /// If names of equal shapes differ in more than one number, the assumed order is returned.
  @Test(arguments: [
    (["fc1", "fc2", "fc10"], false), (["0", "2", "4"], false), (["h1.0", "h1.1", "h2.0"], true),
    (["blocks.0.norm", "blocks.1.attn", "blocks.10.body"], true),
  ])
  func assumedOrdersAreReturned(_ names: [String], _ isAssumed: Bool) throws {
    let network = try Fixture.mlp([3, 3, 3, 3], "tanh")
    let file = Self.file(names.map { ($0, 3, 3) })
    #expect(try network.load(file: file).assumedOrder == (isAssumed ? names : nil))
    #expect(try network.load(file: file, order: names).assumedOrder == nil)
    #expect(try network.load(file: network.file).assumedOrder == nil)
    let shapes = try Fixture.mlp([2, 3, 4, 5], "tanh")
    let distinct = Self.file([(names[0], 3, 2), (names[1], 4, 3), (names[2], 5, 4)])
    #expect(try shapes.load(file: distinct).assumedOrder == nil)
  }

  @Test(arguments: [
    ["input", "hidden", "output"], ["fc1", "head", "stem"], ["blocks.0.a", "blocks.0.b", "blocks.1.a"],
    ["a.0", "a.1", "b.0"], ["layer1", "layer01", "layer2"], ["a", "a.b", "c"],
  ])
  func equalShapesNeedAnOrder(_ names: [String]) throws {
    let file = Self.file(names.map { ($0, 3, 3) })
    let error = try refusal(file, [3, 3, 3, 3])
    #expect(error.message == "more than one order of the file's layers fits the network")
    for name in names { #expect(error.hint?.contains("\(name).weight 3 x 3") == true) }
    let start = names == ["a.0", "a.1", "b.0"] ? ["a", "b.0"] : names.sorted()
    #expect(error.order.sorted() == start)
    #expect(try loaded(file, [3, 3, 3, 3], order: names) == [2, 3, 4])
    #expect(try loaded(file, [3, 3, 3, 3], order: [names[2], names[0], names[1]]) == [4, 2, 3])
  }

  /// A network 3 -> 4 -> 4 -> 4 -> 2, where shapes identify only the first and the last layer.
  @Test func twoEqualShapesAreAmbiguous() throws {
    let layers = [("output", 2, 4), ("hidden", 4, 4), ("body", 4, 4), ("input", 4, 3)]
    #expect(try refusal(Self.file(layers), [3, 4, 4, 4, 2]).message.contains("more than one order"))
    #expect(
      try loaded(Self.file(layers), [3, 4, 4, 4, 2], order: ["input", "hidden", "body", "output"]) == [5, 3, 4, 2])
  }

  @Test func shapesAloneDetermineTheOrder() throws {
    let layers = [("decoder", 3, 5), ("body", 5, 4), ("encoder", 4, 3)]
    #expect(try loaded(Self.file(layers), [3, 4, 5, 3]) == [4, 3, 2])
  }

  /// Numbers and shapes combined: of all interleavings of the two series, only one has the shapes of the network.
  @Test func numbersAndShapesTogether() throws {
    let two = [("up.0", 4, 3), ("up.1", 3, 4), ("down.0", 4, 3), ("down.1", 3, 4)]
    #expect(try refusal(Self.file(two), [3, 4, 3, 4, 3]).message.contains("more than one order"))
    // down.0 cannot be the second layer: up.2 would follow before up.1.
    let one = [("down.0", 3, 4), ("up.0", 4, 3), ("up.1", 3, 4), ("up.2", 4, 3)]
    #expect(try loaded(Self.file(one), [3, 4, 3, 4, 3]) == [3, 4, 5, 2])
    let unique = [("up.0", 4, 3), ("up.1", 5, 4), ("down.0", 4, 5), ("down.1", 3, 4)]
    #expect(try loaded(Self.file(unique), [3, 4, 5, 4, 3]) == [2, 3, 4, 5])
  }

  /// Tests more layers than can be tried in every order, with no matching order and with many.
  @Test(.timeLimit(.minutes(1)))
  func searchesEndSoon() throws {
    let names = (0..<40).map { "l" + String(repeating: "x", count: $0) }
    let sizes = [Int](repeating: 3, count: 41)
    #expect(try refusal(Self.file(names.map { ($0, 3, 3) }), sizes).message.contains("more than one order"))
    // Two series of twenty layers, followed by a layer that fits nowhere.
    let series = (0..<20).flatMap { [("a.\($0)", 3, 3), ("b.\($0)", 3, 3)] } + [("c", 3, 4)]
    _ = try refusal(Self.file(series), sizes + [2])
    let many = (0..<600).map { ("n" + String($0, radix: 2).replacing("0", with: "o").replacing("1", with: "i"), 1, 1) }
    #expect(
      try refusal(Self.file(many), [Int](repeating: 1, count: 601)).message.contains("more than one order"))
  }

  @Test func namesThatAgreeNeedNoOrder() throws {
    let network = try Fixture.mlp([3, 3, 3, 3], "tanh", seed: 1)
    let other = try Fixture.mlp([3, 3, 3, 3], "tanh", seed: 2)
    try other.load(file: network.file)
    #expect(other.file == network.file)
    #expect(
      try refusal(Self.file([("0", 3, 3), ("2", 4, 3), ("4", 3, 4)]), [3, 3, 3, 3]).message
        .contains("layer '2' does not fit layer 2"))
  }

  @Test func errorsOfAnOrder() throws {
    let file = Self.file([("input", 4, 3), ("body", 4, 4), ("output", 2, 4)])
    let sizes = [3, 4, 4, 2]
    func message(_ order: String...) throws -> NetworkError { try refusal(file, sizes, order: order) }
    #expect(try message("input", "bdy", "output").message == "order: the file has no layer 'bdy'")
    #expect(try message("input", "body", "body").message == "order: the layer 'body' appears twice")
    #expect(try message("input", "output").message == "order: a layer of the file is missing")
    #expect(try message("input", "output").hint == "add \"body\"")
    #expect(try message().message == "order: 3 layers of the file are missing")
    let misfit = try message("body", "input", "output")
    #expect(misfit.message.hasSuffix("layer 'body' does not fit layer 1"))
    #expect(misfit.hint?.hasPrefix("the file's layer has weight 4 x 4, bias 4, the network's weight 4 x 3,") == true)
    let long = ["input", "body", "output"]
    #expect(try refusal(file, [3, 4, 2], order: long).message == "order lists 3 layers, but the network has 2")
  }

  @Test func allTensorsMustMatch() throws {
    #expect(try loaded(Self.file([("0", 3, 3), ("1", 3, 3)], bias: false), [3, 3, 3]) == [2, 3])
    var writer = SafetensorsWriter()
    writer.add("0.weight", .f64, shape: [3, 3]) { [Double](repeating: 1, count: 9) }
    writer.add("1.bias", .f64, shape: [3]) { [1, 2, 3] }
    let lone = try refusal(writer.bytes, [3, 3])
    #expect(lone.message == "the tensor '1.bias' belongs to no layer: the file has no '1.weight'")
    writer = SafetensorsWriter()
    writer.add("0.weight", .f64, shape: [3, 3]) { [Double](repeating: 1, count: 9) }
    writer.add("0.scale", .f64, shape: [1]) { [2] }
    #expect(try refusal(writer.bytes, [3, 3]).hint?.contains("scale 1") == true)
  }

  /// A layer with running statistics is a batch normalisation and does not fit a layer normalisation of the same width.
  @Test func normalisationsAreDistinguished() throws {
    let batch = try Fixture.sequence(3, [BatchNorm(), Fixture.dense(2)])
    let layer = try Fixture.sequence(3, [LayerNorm(), Fixture.dense(2)])
    #expect(throws: NetworkError.self) { try layer.load(file: batch.file) }
    #expect(throws: NetworkError.self) { try batch.load(file: layer.file) }
  }

  /// A residual block of square layers can be loaded from its own file, but other names need an order.
  @Test func residualBlocks() throws {
    func network(_ seed: UInt64) throws -> Network {
      let block = Fixture.residual(Fixture.dense(3, "tanh"), Fixture.dense(3))
      return try Fixture.sequence(3, [block, Fixture.dense(3)], seed: seed)
    }
    let (one, two) = (try network(1), try network(2))
    try two.load(file: one.file)
    #expect(two.file == one.file)
    let file = Self.square("block.fc_in", "block.fc_out", "head")
    #expect(throws: NetworkError.self) { try two.load(file: file) }
    try two.load(file: file, order: ["block.fc_in", "block.fc_out", "head"])
    let written = try SafetensorsFile(two.file)
    let firsts = written.tensors.keys.sorted().filter { $0.hasSuffix("weight") }.map { written.numbers($0)?.first }
    #expect(firsts == [2, 3, 4])
  }
}
