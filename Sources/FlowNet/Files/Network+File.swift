// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// All numbers as a safetensors file. The names are those of the state of PyTorch's `nn.Sequential` of the same layers,
  /// activations counted; the layers of a block are `body`, its projection is `projection`.
  public var file: [UInt8] {
    var file = Safetensors()
    file.metadata = [Self.sourceKey: architecture.blueprint.source()]
    for array in arrays {
      file.tensors[array.name] = Safetensors.Tensor(
        type: precision == .f32 ? .f32 : .f64, shape: array.shape, numbers: array.read())
    }
    return file.bytes
  }

  /// The source that builds the network that a file was made of. A file from elsewhere is refused with a list of its
  /// layers.
  public static func source(inFile bytes: [UInt8]) throws(NetworkError) -> String {
    let file = try Safetensors(bytes)
    if let source = file.metadata[sourceKey] { return source }
    throw NetworkError(
      "the file does not say how its layers are put together",
      hint: "it has \(FileLayer.list(FileLayer.grouped(file))); load(file, into: net) fills a network that you make")
  }

  /// Takes over the numbers of a file, and counts drift from there. The layers of the file, in the order of their names,
  /// must have the shapes of those here; what they are called does not matter. A bias that is not there is 0.
  public func take(file bytes: [UInt8]) throws(NetworkError) {
    let file = try Safetensors(bytes)
    let theirs = FileLayer.grouped(file)
    let arrays = arrays
    let mine = FileLayer.grouped(arrays.map { ($0.name, $0.shape) })
    guard theirs.count == mine.count, zip(mine, theirs).allSatisfy({ $0.takes($1) }) else {
      throw NetworkError(
        "the layers of the file are not those of the network",
        hint: "the file has \(FileLayer.list(theirs)); the network has \(FileLayer.list(mine))")
    }
    let prefixes = Dictionary(uniqueKeysWithValues: zip(mine.map(\.path), theirs.map(\.path)))
    for array in arrays {
      let (path, kind) = FileLayer.split(array.name)
      let tensor = file.tensors[FileLayer.join(prefixes[path] ?? path, kind)]
      array.write(tensor?.numbers ?? Array(repeating: 0, count: array.shape.reduce(1, *)))
    }
    uncalibrated = []
  }

  private static let sourceKey = "gradflow"

  private var arrays: [NamedArray] {
    switch engine {
    case .f32(let engine): named(engine.operations)
    case .f64(let engine): named(engine.operations)
    }
  }
}

/// Numbers of a network under their name in a file.
private struct NamedArray {
  let name: String
  let shape: [Int]
  let read: () -> [Double]
  let write: ([Double]) -> Void
}

/// Every operation is a module and takes a number, as in PyTorch's `nn.Sequential`.
private func named<E: Element>(_ operations: [any Operation<E>], _ path: String = "") -> [NamedArray] {
  operations.enumerated().flatMap { index, operation -> [NamedArray] in
    let own = "\(path)\(index)."
    func named(_ parameter: Parameter<E>, _ kind: String) -> NamedArray {
      NamedArray(
        name: own + kind,
        shape: parameter.kind == .weight ? [parameter.columns, parameter.rows] : [parameter.columns],
        read: { parameter.numbers(parameter.values) }, write: parameter.start)
    }
    func named(_ statistics: Buffer<E>, _ count: Int, _ kind: String) -> NamedArray {
      NamedArray(
        name: own + kind, shape: [count], read: { (0..<count).map { Double(statistics.pointer[$0]) } },
        write: { numbers in for (place, number) in numbers.enumerated() { statistics.pointer[place] = E(number) } })
    }
    switch operation {
    case let dense as DenseOperation<E>: return [named(dense.weight, "weight"), named(dense.bias, "bias")]
    case let norm as BatchNormOperation<E>:
      return [
        named(norm.scale, "weight"), named(norm.shift, "bias"), named(norm.runningMean, norm.inputs, "running_mean"),
        named(norm.runningVariance, norm.inputs, "running_var"),
      ]
    case let norm as any Normalization<E>: return [named(norm.scale, "weight"), named(norm.shift, "bias")]
    case let block as ResidualOperation<E>:
      let projection = block.projection.map {
        [named($0.weight, "projection.weight"), named($0.bias, "projection.bias")]
      }
      return FlowNet.named(block.body, own + "body.") + (projection ?? [])
    default: return []
    }
  }
}

/// The tensors of a file that have all but the last part of their name in common: a module of PyTorch.
private struct FileLayer {
  let path: String
  /// By the last part of the name.
  var shapes: [String: [Int]] = [:]

  /// Those of a file that have weights.
  static func grouped(_ file: Safetensors) -> [FileLayer] {
    grouped(file.tensors.map { ($0.key, $0.value.shape) }).filter { $0.shapes["weight"] != nil }
  }

  /// In the order of their names, numbers in them compared as numbers.
  static func grouped(_ tensors: [(name: String, shape: [Int])]) -> [FileLayer] {
    var layers: [String: FileLayer] = [:]
    for (name, shape) in tensors {
      let (path, kind) = split(name)
      layers[path, default: FileLayer(path: path)].shapes[kind] = shape
    }
    return layers.values.sorted { sortKey($0.path).lexicographicallyPrecedes(sortKey($1.path), by: <) }
  }

  /// Whether a layer of a file fills this one: nothing may be missing but a bias.
  func takes(_ other: FileLayer) -> Bool {
    shapes.allSatisfy { kind, shape in other.shapes[kind].map { $0 == shape } ?? (kind == "bias") }
  }

  static func split(_ name: String) -> (path: String, kind: String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  static func join(_ path: String, _ kind: String) -> String { path.isEmpty ? kind : "\(path).\(kind)" }

  /// `1.weight 30 x 64, 3.weight 10 x 30`.
  static func list(_ layers: [FileLayer]) -> String {
    if layers.isEmpty { return "none" }
    let texts = layers.map { layer in
      let shape = layer.shapes["weight"]?.map(String.init).joined(separator: " x ") ?? "nothing"
      return "\(join(layer.path, "weight")) \(shape)"
    }
    return texts.prefix(12).joined(separator: ", ") + (texts.count > 12 ? " and \(texts.count - 12) more" : "")
  }

  /// Runs of digits as numbers before anything else, then the other characters.
  private static func sortKey(_ text: String) -> [(number: Int, text: String)] {
    var parts: [(number: Int, text: String)] = []
    for character in text {
      if let digit = character.wholeNumberValue, character.isASCII {
        if let last = parts.last, last.text.isEmpty, last.number < Int.max / 20 {
          parts[parts.count - 1].number = last.number * 10 + digit
        } else {
          parts.append((digit, ""))
        }
      } else {
        parts.append((Int.max, String(character)))
      }
    }
    return parts
  }
}
