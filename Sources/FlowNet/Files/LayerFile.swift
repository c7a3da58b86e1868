// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The layers of a safetensors file, found by the names of its tensors.
///
/// Counters and the state of an optimizer belong to no layer. A weight that PyTorch's `weight_norm` stores as size and
/// direction is put together again. A tensor that `safetensors.torch.save_model` left out because it shares its memory
/// with another one is read from that one.
public struct LayerFile: Sendable {
  /// The layers, sorted by name.
  let layers: [FileLayer]
  /// Modules that cannot be layers of a network, by their paths, with the reasons.
  let strays: [String: NetworkError]
  /// The tensors that belong to no layer, such as the state of an optimizer, sorted by name.
  let unused: [String]
  /// The tensors that share the numbers of another tensor, sorted by name.
  let tied: [(name: String, origin: String)]

  private let file: SafetensorsFile
  private let normalized: [String: NormalizedWeight]
  private let origins: [String: String]

  /// Finds the layers of a file for a network with the given layers, which may have tensors that PyTorch's do not have.
  init(_ file: SafetensorsFile, for network: [FileLayer] = []) throws(NetworkError) {
    let known = Set(network.flatMap(\.shapes.keys))
    var tensors: [(name: String, shape: [Int])] = []
    var unused: [String] = []
    // Types of weights that cannot be read, by the path of their layer.
    var foreign: [String: SafetensorsFile.ElementType] = [:]
    for (name, tensor) in file.tensors.untilStopped {
      let (path, kind) = FileLayer.split(name)
      if !tensor.type.isWeight {
        if kind == "weight" { foreign[path] = tensor.type }
      } else if TensorName.isIgnored(name, kind: kind, tensor.shape, known: known) {
        if kind != TensorName.counter { unused.append(name) }
      } else {
        tensors.append((name, tensor.shape))
      }
    }
    let origins = file.metadata.filter { name, origin in
      file.tensors[name] == nil && file.tensors[origin]?.type.isWeight == true
    }
    tensors += origins.map { ($0.key, file.tensors[$0.value]!.shape) }
    let normalized = NormalizedWeight.all(in: file)
    let parts = Set(normalized.values.flatMap { [$0.size, $0.direction] })
    tensors.removeAll { parts.contains($0.name) }
    tensors += normalized.map { ($0.key, $0.value.shape) }
    let kinds = Set(network.map { Set($0.shapes.keys).subtracting(["bias"]) })
    var strays: [String: NetworkError] = [:]
    layers = FileLayer.grouped(tensors).filter { layer in
      if layer.shapes["weight"] != nil || layer.hasStatistics { return true }
      if kinds.contains(Set(layer.shapes.keys).subtracting(["bias"])) { return true }
      if foreign[layer.path] == nil { strays[layer.path] = layer.reasonAgainstLoading }
      return false
    }
    for (path, type) in foreign {
      strays[path] = NetworkError(
        "the tensor '\(FileLayer.join(path, "weight"))' has elements of type \(type.rawValue)",
        hint: "save weights as F64, F32, F16 or BF16, for example with model.float()")
    }
    try NetworkError.checkStop()
    self.strays = strays
    self.unused = unused.sortedUntilStopped(by: <)
    tied = origins.map { (name: $0.key, origin: $0.value) }.sortedUntilStopped { $0.name < $1.name }
    self.file = file
    self.normalized = normalized
    self.origins = origins
  }

  /// Throws if some of the file's tensors belong to a module that cannot be a layer.
  func requireLayersOnly() throws(NetworkError) {
    let paths = strays.keys.untilStopped.map { ($0, LayerName($0)) }
    guard let first = paths.min(by: { $0.1.precedesInText($1.1) }), let error = strays[first.0] else { return }
    throw error
  }

  /// Returns the elements of a tensor of a layer, row by row, or nil if the file has no such tensor.
  func numbers(_ name: String) -> [Double]? {
    normalized[name]?.numbers(in: file) ?? file.numbers(origins[name] ?? name)
  }
}

extension FileLayer {
  /// Why a module of a file without a weight is not a layer.
  fileprivate var reasonAgainstLoading: NetworkError {
    let place = path.isEmpty ? "the module of the file" : "the module '\(path)'"
    func has(_ prefix: String) -> Bool { shapes.keys.contains { $0.hasPrefix(prefix) } }
    let readable = "load reads dense layers and normalisations"
    if has("weight_ih") || has("weight_hh") {
      return NetworkError("\(place) is a recurrent layer, which gradflow does not have", hint: readable)
    }
    if has("in_proj_") {
      return NetworkError("\(place) is an attention layer, which gradflow does not have", hint: readable)
    }
    if has("weight_mask") {
      return NetworkError(
        "\(place) has a pruned weight, stored as a weight and a mask",
        hint: "before saving, call torch.nn.utils.prune.remove(layer, \"weight\")")
    }
    if has("weight_orig") {
      return NetworkError(
        "\(place) has a weight with spectral normalisation, which gradflow does not have",
        hint: "before saving, call torch.nn.utils.remove_spectral_norm(layer)")
    }
    if has("parametrizations.") {
      return NetworkError(
        "\(place) has a weight that PyTorch computes from other tensors, such as \(shapes.keys.min() ?? "")",
        hint: "before saving, call torch.nn.utils.parametrize.remove_parametrizations(layer, \"weight\")")
    }
    if has("weight_g") || has("weight_v") {
      return NetworkError(
        "\(place) has a weight with weight norm whose parts do not match: it has \(detail)",
        hint: "before saving, call torch.nn.utils.remove_weight_norm(layer)")
    }
    let name = Self.join(path, shapes.keys.min() ?? "")
    let message = "the tensor '\(name)' belongs to no layer: the file has no '\(Self.join(path, "weight"))'"
    if shapes.keys.contains("bias") {
      return NetworkError(
        message,
        hint: "if two layers share their weight, save a copy for each of them: "
          + "{k: v.clone() for k, v in model.state_dict().items()}")
    }
    return NetworkError(
      message,
      hint: "leave it out of the file, or list the layers to load in the order of the forward pass: order: [...]")
  }
}
