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
      hint: "it has \(FileLayer.list(try FileLayer.layers(of: file))); build the network yourself and use "
        + "load(file, into: net)")
  }

  /// Copies the parameters and statistics of a file into the network and measures drift from them. Every layer of the
  /// file must match a layer of the network with the same shapes; a missing bias is set to 0.
  ///
  /// Layers are matched by name if the names agree, otherwise by shape and by the numbers in their names. If more than
  /// one order fits, `order` must list the layers of the file in the order of the forward pass; a layer is named by the
  /// part of its tensors' names before the last dot. Returns the order if it was derived from the names but is not
  /// certain, because the names of layers of equal shapes differ in more than one number.
  @discardableResult
  public func load(file bytes: [UInt8], order: [String]? = nil) throws(NetworkError) -> [String]? {
    let file = try Self.safetensors(bytes)
    let arrays = arrays
    defer { releaseInBackgroundIfStopped((file, arrays)) }
    let own = FileLayer.grouped(arrays.map { ($0.name, $0.shape) })
    let match = LayerMatch(network: own, file: try FileLayer.layers(of: file, for: own))
    let prefixes = if let order { try match.prefixes(order) } else { try match.prefixes() }
    let all = arrays.untilStopped.map { array in
      let (path, kind) = FileLayer.split(array.name)
      return file.numbers(FileLayer.join(prefixes[path] ?? path, kind))
        ?? Array(repeating: 0, count: array.shape.reduce(1, *))
    }
    // Copy the whole file or nothing.
    try NetworkError.checkStop()
    for (array, numbers) in zip(arrays, all) { array.write(numbers) }
    uncalibrated = []
    assigned = Set(ParameterKind.allCases)
    return order == nil ? match.assumedOrder : nil
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
