// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet
import FlowRuntime

extension Network: SharedState {}

/// A network as a value of the language.
final class NetworkObject: DomainObject {
  let network: Network
  /// The builtins of the program, whose defaults determine the shortest source of the network.
  private let registry: Registry

  init(_ network: Network, _ registry: Registry) {
    self.network = network
    self.registry = registry
  }

  private var source: String { CallWriter(registry).source(network.architecture.blueprint) }

  var typeName: String { "network" }
  var applicator: String? { "predict" }
  var fieldNames: [String] { Self.fields.map(\.name) }
  static let glosses = fields.glosses()

  private static let fields: [FieldEntry<NetworkObject>] = [
    FieldEntry("depth", "number of dense layers") { .whole($0.network.depth) },
    FieldEntry("parameters", "number of weights, biases, scales and shifts") { .whole($0.network.parameters) },
    FieldEntry("inputs", "number of inputs") { .whole($0.network.inputs) },
    FieldEntry("outputs", "number of outputs") { .whole($0.network.outputs) },
    FieldEntry("precision", "element type, f32 or f64") { .string($0.network.precision.rawValue) },
  ]

  func field(_ name: String) throws(Complaint) -> Value? { try Self.fields.value(name, of: self) }

  var elementCount: Int? { network.depth }
  func element(_ position: Int) -> Value { .object(LayerObject(network, position)) }

  var summary: String {
    "\(source): \(counted(network.depth, "layer")), \(counted(network.inputs, "input")), "
      + "\(counted(network.outputs, "output")), \(counted(network.parameters, "parameter")), "
      + network.precision.rawValue
  }

  var identity: String { "\(summary), content \(ContentHash.text(of: network.file(source: source)))" }

  var fileExtensions: [String] { ["safetensors"] }
  func encoded(as fileExtension: String) -> [UInt8]? {
    fileExtension == "safetensors" ? network.file(source: source) : nil
  }

  var memory: Int { network.parameters * MemoryLayout<Double>.stride }

  func enclosed(in enclosure: Enclosure) -> any DomainObject {
    let other = enclosure.own(network)
    return other === network ? self : NetworkObject(other, registry)
  }
}

/// A dense layer of a network as a value of the language. It is a view: assigning to its fields changes the network.
struct LayerObject: DomainObject {
  let network: Network
  let index: Int

  init(_ network: Network, _ index: Int) {
    self.network = network
    self.index = index
  }

  private var info: LayerInfo { network.layer(index) }

  var typeName: String { "layer" }
  var fieldNames: [String] { info.parameters.map(\.rawValue) + Self.fields.map(\.name) }
  static let glosses = ParameterKind.allCases.map { Gloss($0.rawValue, $0.summary) } + fields.glosses()

  private static let fields: [FieldEntry<LayerObject>] = [
    FieldEntry("activation", "activation of the layer") { $0.info.activation.value },
    FieldEntry("inputs", "number of inputs") { .whole($0.info.inputs) },
    FieldEntry("outputs", "number of outputs") { .whole($0.info.outputs) },
  ]

  func field(_ name: String) throws(Complaint) -> Value? {
    if let value = try Self.fields.value(name, of: self) { return value }
    if name == ParameterKind.weight.rawValue {
      try ValueLimits.checkMatrix(rows: info.outputs, columns: info.inputs)
    }
    guard let kind = ParameterKind(rawValue: name), let numbers = network.numbers(layer: index, kind) else {
      return nil
    }
    guard kind == .weight else { return .numbers(numbers) }
    return .list(List(matrix: numbers, rows: info.outputs, columns: info.inputs))
  }

  func setField(_ name: String, to value: Value) throws(Complaint) {
    guard let kind = ParameterKind(rawValue: name), info.parameters.contains(kind) else {
      throw Complaint("cannot-assign", "'\(name)' of a layer cannot be changed")
    }
    let (rows, columns) = kind == .weight ? (info.outputs, info.inputs) : (1, info.outputs)
    let shape =
      kind == .weight
      ? "\(counted(rows, "list")) of \(counted(columns, "number"))" : "a list of \(counted(columns, "number"))"
    let lists: List = kind == .weight ? value.elements ?? [] : [value]
    var numbers: [Double] = []
    numbers.reserveCapacity(rows * columns)
    for list in lists.untilStopped {
      let elements = list.elements ?? []
      if let row = elements.numbers {
        numbers += row
        continue
      }
      for element in elements.untilStopped {
        guard case .number(let number) = element else {
          throw Complaint("wrong-type", "\(name) of layer \(index) takes numbers, but this holds \(element.kind)")
        }
        numbers.append(number)
      }
    }
    try Complaint.checkStop()
    guard lists.count == rows, lists.untilStopped.allSatisfy({ $0.elementCount == columns }) else {
      throw Complaint(
        "wrong-shape", "\(name) of layer \(index) must be \(shape)",
        notes: kind == .weight ? ["weight is a list of lists, outputs x inputs: one list per output"] : [])
    }
    try Complaint.checkStop()
    network.assign(layer: index, kind, numbers)
  }

  var summary: String {
    "layer \(index): \(info.inputs) to \(info.outputs), \(info.activation.sourceText)"
  }

  func isEqual(to other: any DomainObject) -> Bool {
    guard let other = other as? LayerObject else { return false }
    return other.network === network && other.index == index
  }

  func enclosed(in enclosure: Enclosure) -> any DomainObject {
    LayerObject(enclosure.own(network), index)
  }
}

extension ParameterKind {
  /// A phrase without a full stop.
  fileprivate var summary: String {
    switch self {
    case .weight: "weights: a list for each output, with a number per input; can be assigned"
    case .bias: "biases: a number for each output; can be assigned"
    case .scale: "factors of the normalisation, a number for each output; can be assigned"
    case .shift: "offsets of the normalisation, a number for each output; can be assigned"
    }
  }
}
