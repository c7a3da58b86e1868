// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

extension Network {
  /// Returns the parameters and statistics as a safetensors file. Tensors are named like the state of a PyTorch `nn.Sequential`
  /// of the same layers, where activations count as layers. The layers of a block are in `body`, its projection is
  /// `projection`.
  ///
  /// - Parameter source: The code that builds the network; see `source(inFile:)`.
  /// - Returns: The bytes of the file, which is incomplete after a request to stop.
  public func file(source: String) -> [UInt8] {
    var file = SafetensorsWriter(metadata: [Self.sourceKey: source])
    let arrays = arrays
    defer { releaseInBackgroundIfStopped((arrays, file)) }
    for array in arrays.untilStopped {
      file.add(array.name, precision == .f32 ? .f32 : .f64, shape: array.shape, array.read)
    }
    return file.bytes
  }

  /// Returns the source that builds the network saved in a file, and the total number of elements of its tensors.
  /// Throws an error that lists the layers if the file is not from this program.
  public static func source(inFile bytes: [UInt8]) throws(NetworkError) -> (text: String, elements: Double) {
    let file = try safetensors(bytes)
    if let source = file.metadata[sourceKey] {
      return (source, file.tensors.values.reduce(0) { $0 + $1.shape.reduce(1) { $0 * Double($1) } })
    }
    throw NetworkError(
      "the file does not describe how its layers are connected",
      hint: "it has \(FileLayer.list(try LayerFile(file).layers)); build the network yourself and use "
        + "load(file, into: net)")
  }

  /// Finds the layers of a file. Throws if it is not a safetensors file.
  public func layers(inFile bytes: [UInt8]) throws(NetworkError) -> LayerFile {
    let file = try Self.safetensors(bytes)
    let arrays = arrays
    defer { releaseInBackgroundIfStopped((file, arrays)) }
    return try LayerFile(file, for: FileLayer.grouped(arrays.map { ($0.name, $0.shape) }))
  }

  /// Copies the parameters and statistics of a file into the network and measures drift from them. Every layer of the
  /// network receives those of a layer with the same shapes; a missing bias is set to 0.
  ///
  /// Layers are matched by name if the names agree, possibly after a prefix that all of them share, otherwise by the
  /// numbers in their names, otherwise by shape. If more than one order fits, `order` must list the layers of the file
  /// in the order of the forward pass. A layer is named by the part of its tensors' names before the last dot. A module
  /// whose layers are ordered by numbers stands for all of them. Layers that are not listed are not loaded.
  @discardableResult
  public func load(_ file: LayerFile, order: [String]? = nil) throws(NetworkError) -> LoadedLayers {
    let arrays = arrays
    defer { releaseInBackgroundIfStopped((file, arrays)) }
    let own = FileLayer.grouped(arrays.map { ($0.name, $0.shape) })
    let match = LayerMatch(network: own, file: file.layers)
    let layers: [FileLayer]
    if let order {
      layers = try match.layers(order, strays: file.strays)
    } else {
      try file.requireLayersOnly()
      layers = try match.layers()
    }
    let paths = Dictionary(uniqueKeysWithValues: zip(own.map(\.path), layers.map(\.path)))
    let all = arrays.untilStopped.map { array in
      let (path, kind) = FileLayer.split(array.name)
      // Without its parameters, a normalisation does not scale and shift.
      return file.numbers(FileLayer.join(paths[path] ?? path, kind))
        ?? Array(repeating: kind == "weight" ? 1 : 0, count: array.shape.reduce(1, *))
    }
    // Copy the whole file or nothing.
    try NetworkError.checkStop()
    for (array, numbers) in zip(arrays, all) { array.write(numbers) }
    uncalibrated = []
    assigned = Set(ParameterKind.allCases)
    return LoadedLayers(file, layers, assumedOrder: order == nil ? match.assumedOrder(layers) : nil)
  }

  private static func safetensors(_ bytes: [UInt8]) throws(NetworkError) -> SafetensorsFile {
    do throws(SafetensorsError) {
      return try SafetensorsFile(bytes)
    } catch {
      throw NetworkError(error.message, hint: error.hint)
    }
  }

  private static let sourceKey = "gradflow"

  private var arrays: [StoredArray] {
    func arrays(_ engine: some CompiledNetwork) -> [StoredArray] { engine.typed.storedArrays() }
    return arrays(engine)
  }
}
