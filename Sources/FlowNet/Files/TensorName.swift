// SPDX-License-Identifier: GPL-3.0-or-later

/// Recognizes by their names the tensors that belong to no layer.
enum TensorName {
  /// The counter of PyTorch's batch normalisations. It is an integer, unless the whole file was converted.
  static let counter = "num_batches_tracked"

  /// Returns whether a tensor belongs to no layer: a counter, the state of one of PyTorch's optimizers, or a single
  /// number next to the layers, such as `epoch`. `known` are the last parts of the names in the network's own file.
  static func isIgnored(_ name: String, kind: String, _ shape: [Int], known: Set<String>) -> Bool {
    // Some programs write `optimizer.exp_avg.0.weight`.
    if kind == "weight" || kind == "bias" { return hasOptimizerPart(name) }
    if known.contains(kind) { return false }
    return kind == counter || optimizerKinds.contains(kind) || (kind == name && shape.allSatisfy { $0 == 1 })
  }

  private static func hasOptimizerPart(_ name: String) -> Bool {
    name.split(separator: ".").contains { optimizerParts.contains($0) }
  }

  /// Names that only optimizers use.
  private static let optimizerParts: Set<Substring> = [
    "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "square_avg", "grad_avg", "acc_delta",
  ]

  /// The last parts of the names of an optimizer's state.
  private static let optimizerKinds = Set(optimizerParts.map(String.init)).union([
    "step", "sum", "prev", "step_size", "eta", "mu", "mu_product", "ax",
  ])
}
