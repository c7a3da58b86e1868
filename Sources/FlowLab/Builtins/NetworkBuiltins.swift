// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowNet
import FlowRuntime
import FlowTables
import FlowText

/// The functions that build, copy, load and show networks.
enum NetworkBuiltins {
  private static let widthAdvice = "a data set d has len(d.input_names) inputs; d.inputs are their values"

  static let builtins: [Builtin] = [
    Builtin(
      "chain", "Builds a network of dense layers of equal width, each followed by the same activation.", in: .networks,
      [
        Parameter("depth", .whole(1...100_000), "number of layers"),
        Parameter("activation", .choice(.activation), "activation of every layer"),
        Parameter("width", .count, default: "1", "number of units of each layer"),
        Parameter("inputs", .count, default: "width", "number of inputs of the network", advice: widthAdvice),
        Parameter("outputs", .count, default: "width", "number of units of the last layer"),
      ] + networkOptions(weights: "normal(0, 1)", takesShortcuts: true), gives: "a network",
      example: "flow(chain(4, sigmoid)) |> select(layer, factor)", seeAlso: ["mlp", "sequence", "flow", "explain"]
    ) { call throws(Diagnostic) in
      let options = networkOptions(call, weights: call.choice("init"))
      return try makeNetwork(call) { () throws(NetworkError) in
        try .chain(
          depth: call.whole("depth"), call.choice("activation"), width: call.whole("width"),
          inputs: call.whole("inputs"), outputs: call.whole("outputs"), options)
      }
    },
    Builtin(
      "mlp", "Builds a multilayer perceptron from its sizes, starting with the input.", in: .networks,
      [
        Parameter("sizes", .numbers, "number of inputs, then the number of units of each layer", advice: widthAdvice),
        Parameter("activation", .choice(.activation), "activation of the hidden layers"),
        Parameter("output", .choice(.activation), default: "identity", "activation of the last layer"),
      ] + networkOptions(weights: nil, takesShortcuts: true), gives: "a network",
      example: "summary(mlp([4, 8, 3], relu))", seeAlso: ["chain", "sequence", "train"]
    ) { call throws(Diagnostic) in
      let activation: Activation = call.choice("activation")
      let options = networkOptions(
        call, weights: call.optionalChoice("init") ?? Blueprint.automaticInitializer(for: activation))
      let sizes = call.numbers("sizes")
      guard sizes.allSatisfy({ $0 >= 1 && $0 == $0.rounded() && $0 <= 1e6 }) else {
        throw call.error("wrong-type", "the sizes of mlp must be whole numbers from 1 to 1000000", at: "sizes")
      }
      return try makeNetwork(call) { () throws(NetworkError) in
        try .mlp(sizes.map { Int($0) }, activation, output: call.choice("output"), options)
      }
    },
    Builtin(
      "sequence", "Builds a network from any layers, in order.", in: .networks,
      [
        Parameter("inputs", .count, "number of inputs of the network", advice: widthAdvice),
        Parameter(
          "layers", .union([.choice(.layer), .choice(.activation)]), rest: true,
          "layers and activations in order, or a list of them"),
      ] + networkOptions(weights: "xavier_uniform", takesShortcuts: false), gives: "a network",
      example: "summary(sequence(4, dense(8), batchnorm(), relu, dense(3, softmax)))",
      seeAlso: ["dense", "batchnorm", "layernorm", "dropout", "residual"]
    ) { call throws(Diagnostic) in
      let options = networkOptions(call, weights: call.choice("init"))
      let layers = call.rest.map { layer(of: $0, options) }
      return try makeNetwork(call) { () throws(NetworkError) in
        try .sequence(inputs: call.whole("inputs"), layers, options)
      }
    },
    Builtin(
      "copy", "Copies a network, so that training one of the two does not change the other.", in: .networks, [.network],
      gives: "a network",
      example: "net = chain(2, tanh)\nother = copy(net)\nother[1].bias = [0.5]\nnet[1].bias", seeAlso: ["train"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      try call.engine { () throws(NetworkError) in try network.requireCopy() }
      let copy = network.copy()
      let trained = call.session.shared(TrainedNetworks.self)
      if let training = trained[network] { trained.record(training, of: copy) }
      return call.made(copy)
    },
    Builtin(
      "load",
      "Reads a network from a .safetensors file written by save, or copies the values of any such file, for example "
        + "from PyTorch, into a network whose layers have the same shapes. Layers are matched by name if the names "
        + "agree, otherwise by the numbers in their names, and otherwise by their shapes. If more than one order fits, "
        + "'order' must list the layers in the order of the forward pass: order: [\"stem\", \"blocks\", \"head\"]. "
        + "In such a list, a module whose layers are numbered stands for all of them. From a .db file, it "
        + "reads a run that save or train has written.",
      in: .networks,
      [
        Parameter("file", .string, isPath: true, "path of the file"),
        Parameter("into", .optional(.network), default: "none", "network that receives the values; none creates one"),
        Parameter(
          "order", .optional(.list), default: "none",
          "layers of the file in the order of the forward pass, by the names of their tensors up to the last dot; "
            + "layers that are not listed are not loaded"),
        .maxSize,
      ] + RunArchive.loadParameters,
      gives: "the network, or the run",
      example: "save(chain(3, tanh), \"net.safetensors\")\nshow(load(\"net.safetensors\"))",
      seeAlso: ["save", "copy", "show", "runs"]
    ) { call throws(Diagnostic) in
      let path = call.string("file")
      if let use = otherUses.first(where: { path.hasSuffix($0.key) })?.value {
        throw call.error(
          "wrong-file", "load reads networks, but this is the name of \(use.what)", at: "file",
          label: "write \(use.code.replacing("$", with: quoted(path)))")
      }
      if FileForm.isDatabase(path) { return .object(try RunArchive.load(path, call)) }
      let order = try layerOrder(call)
      let bytes = try call.attempt(at: "file") { () throws(Complaint) in
        try call.session.readFile(path, limit: call.whole("max_size"))
      }
      let target =
        if call.isNone("into") {
          try madeNetwork(from: bytes, of: path, call)
        } else {
          call.network("into")
        }
      let file = try call.engine(at: "file") { () throws(NetworkError) in try target.layers(inFile: bytes) }
      let loaded = try call.engine(at: order == nil ? "file" : "order") { () throws(NetworkError) in
        try target.load(file, order: order)
      }
      for note in notes(on: loaded, from: path) { call.session.host.note(StyledText(note)) }
      return call.isNone("into") ? call.made(target) : call.value("into")
    },
    Builtin(
      "show",
      "Returns the source that builds the same network, as it was before any training, or a picture of the network as it "
        + "is.",
      in: .networks,
      [
        .network,
        Parameter(
          "picture", .boolean, default: "false",
          "whether to draw the layers, their units, and the weights of a small network"),
      ],
      gives: "a string; with picture: true, a picture, which save(..., \"net.svg\") writes to a file",
      example: "net = mlp([4, 8, 3], relu, norm: batch)\nshow(net)\nshow(net, picture: true)",
      seeAlso: ["summary", "save"]
    ) { call throws(Diagnostic) in
      let network = call.network("net")
      let source = CallWriter(call.evaluator).source(
        network.architecture.blueprint, precision: call.standardPrecision)
      guard call.boolean("picture") else { return .string(source) }
      let picture = NetworkPicture(LayerDiagram(network, title: source))
      try call.checkInterrupt()
      return .object(picture)
    },
    Builtin(
      "summary", "Lists the layers of a network with shapes, parameters and memory.", in: .networks, [.network],
      gives: "a table with one row per layer; dense layers are numbered", columns: summaryColumns().glosses(),
      example: "summary(mlp([4, 8, 3], relu))", seeAlso: ["show", "flow"]
    ) { call in
      let architecture = call.network("net").architecture
      return .table(summaryColumns(architecture.precision).table(architecture.outline))
    },
  ]
}

/// Returns the columns of `summary(net)` for a network of the given precision.
func summaryColumns(_ precision: Precision = .f64) -> [ColumnEntry<LayerOutline>] {
  [
    .integer("layer", "number of a dense layer, counted from 1 at the input; empty for other layers") { $0.layer },
    .text("kind", "kind of layer, such as dense or batchnorm") { $0.kind },
    .text("activation", "activation of the layer, if it has one") { $0.activation?.sourceText ?? "" },
    .integer("inputs", "number of inputs") { $0.inputs },
    .integer("outputs", "number of outputs") { $0.outputs },
    .integer("parameters", "number of weights, biases, scales and shifts") { $0.parameters },
    .integer("bytes", "memory for the parameters, in bytes") { $0.parameters * (precision == .f32 ? 4 : 8) },
  ]
}

/// Returns the parameters that `chain`, `mlp` and `sequence` share.
private func networkOptions(weights: String?, takesShortcuts: Bool) -> [Parameter] {
  let initializer =
    weights.map { Parameter("init", .choice(.initializer), default: $0, "initial weights") }
    ?? Parameter(
      "init", .optional(.choice(.initializer)), default: "none",
      "initial weights; none is he_normal for the relu family, otherwise xavier_uniform")
  let shortcuts = [
    Parameter(
      "norm", .optional(.word(["batch", "layer"])), default: "none", "normalisation before the activation"),
    Parameter(
      "skip", .union([.boolean, .number(.above(0))]), default: "false",
      "whether layers with as many outputs as inputs, in mlp only hidden ones, get a shortcut: y = x + f(Wx + b); a number "
        + "scales f"),
  ]
  return [
    initializer,
    .bias(
      .union([.choice(.initializer), .boolean]), default: "zeros",
      "initial biases; false builds layers without biases"),
  ]
    + (takesShortcuts ? shortcuts : [])
    + [Parameter("precision", .word(["f32", "f64"]), default: Settings().precision, "element type of the network")]
}

private func networkOptions(_ call: Call, weights: Initializer) -> NetworkOptions {
  let takesShortcuts = call.builtin.parameters.contains { $0.name == "norm" }
  let precision = call.isGiven("precision") ? call.string("precision") : call.session.settings.precision
  return NetworkOptions(
    weights: weights,
    bias: weights.startsBiases && !call.isGiven("bias") ? weights : call.bias(weights.startsBiases ? weights : .zeros),
    norm: takesShortcuts ? call.optionalString("norm").flatMap(NormChoice.init) ?? .none : .none,
    skip: takesShortcuts ? shortcutScale(call) : nil, precision: Precision(rawValue: precision) ?? .f64)
}

/// Returns the scale of the branches that the argument `skip` asks for, or nil for no shortcuts.
private func shortcutScale(_ call: Call) -> Double? {
  call.optionalNumber("skip") ?? (call.boolean("skip") ? 1 : nil)
}

/// Builds the network that a file written by `save` describes. The source in the file runs without access to files or
/// commands.
func madeNetwork(from bytes: [UInt8], of path: String, _ call: Call) throws(Diagnostic) -> Network {
  let (source, elements) = try call.engine(at: "file") { () throws(NetworkError) in
    try Network.source(inFile: bytes)
  }
  func refusal(_ message: String) -> Diagnostic {
    let help = "load(\(quoted(path)), into: net) fills a network that you have built"
    return call.error(
      "network", message, at: "file",
      notes: ["the file contains: \(source)"] + (FileForm.isDatabase(path) ? [] : [help]))
  }
  var host = Host.silent
  host.stopReason = call.session.host.stopReason
  // The file is not trusted, so its source can only build networks.
  let makers = call.registry.builtins.values.flatMap(\.entries).filter { entry in
    entry.family != nil || ["chain", "mlp", "sequence"].contains(entry.name)
  }
  let builder = Interpreter(host: host, registry: Registry([makers]))
  builder.session.numbersInFile = elements
  do throws(Diagnostic) {
    guard try isDescription(Source(name: path, text: source)) else {
      throw refusal("the file describes more than a network")
    }
    try builder.run(Source(name: path, text: "network = \(source)"))
  } catch {
    try call.checkInterrupt()
    throw refusal("the network of the file cannot be built: \(error.message)")
  }
  guard case .object(let object)? = builder.globals.first(where: { $0.name == "network" })?.value,
    let made = object as? NetworkObject
  else {
    throw refusal("the file does not describe a network")
  }
  return made.network
}

/// The files that are not read by `load`, by extension, with the code to write instead.
private let otherUses: [String: (what: String, code: String)] = [
  ".gf": ("a script", "include $"), ".csv": ("a table", "read($)"), ".tsv": ("a table", "read($)"),
  ".json": ("a table", "read($)"),
]

/// Returns what to note about a file that was loaded.
private func notes(on loaded: LoadedLayers, from path: String) -> [String] {
  func list(_ names: [String], _ most: Int) -> String {
    names.prefix(most).joined(separator: ", ") + (names.count > most ? ", ..." : "")
  }
  var notes: [String] = []
  if let order = loaded.assumedOrder {
    notes.append(
      "took the layers of \(path) in the order of the numbers in their names: \(list(order, 12)); if the forward pass "
        + "uses another order, pass it as order: [...]")
  }
  if !loaded.tied.isEmpty {
    let pairs = loaded.tied.map { "\($0.name) = \($0.origin)" }
    notes.append(
      "\(list(pairs, 4)) in \(path): layers that share a tensor there are separate in the network, so their gradients "
        + "are not added, and training makes them different")
  }
  if !loaded.unused.isEmpty {
    let rest = loaded.unused.count > 4 ? " and \(loaded.unused.count - 4) more" : ""
    notes.append("not loaded from \(path): \(loaded.unused.prefix(4).joined(separator: ", "))\(rest)")
  }
  return notes
}

/// Returns the layer names in the argument `order` of `load`, or nil for none.
private func layerOrder(_ call: Call) throws(Diagnostic) -> [String]? {
  if call.isNone("order") { return nil }
  return try call.list("order").map { value throws(Diagnostic) in
    guard case .string(let name) = value else {
      throw call.error(
        "wrong-type", "order must be a list of strings, but this list has \(value.kind)", at: "order",
        notes: ["write each layer as a string: order: [\"encoder\", \"head\"]"])
    }
    return name
  }
}

private func makeNetwork(
  _ call: Call, _ architecture: () throws(NetworkError) -> Architecture
) throws(Diagnostic) -> Value {
  let architecture = try call.engine(architecture)
  // Only biases may be missing from a file, and a network never has more biases than weights.
  if let numbers = call.session.numbersInFile, architecture.parameterCount > 2 * numbers {
    throw call.error(
      "network",
      "it has \(NumberStyle.significant(architecture.parameterCount)) parameters, more than the file has numbers")
  }
  try call.engine { () throws(NetworkError) in try architecture.requireMemory() }
  let (seed, stream) = call.draw()
  let network = Network(architecture, seed: NetworkSeed(seed, number: stream))
  try call.checkInterrupt()
  return call.made(network)
}
