// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The checks of what a user gives a network.
extension Network {
  /// Throws if the loss cannot be taken of this network's outputs and these targets.
  public func check(_ loss: Loss, on data: DataSet) throws(NetworkError) {
    try loss.check(data)
    if loss.fusesWith == .softmax, outputs == 1 {
      throw NetworkError(
        "cross_entropy needs two outputs at least: the softmax of a single one is always 1",
        hint: "take bce for two classes, or give the last layer one output per class")
    }
  }

  /// Throws if the samples or targets do not fit the network, or if a pass over `rows` samples, or over all of them if
  /// there are fewer, does not fit into memory.
  public func check(_ data: DataSet, rows: Int = evaluationBlock) throws(NetworkError) {
    try check(inputsOf: data)
    try check(rows: min(rows, data.samples))
    guard data.fits(outputs: outputs) else {
      let what = data.isClassification ? "classes" : "targets"
      throw NetworkError(
        "the number of \(what) is \(data.outputWidth), but that of the network's outputs is \(outputs)",
        hint: "the last layer of the network needs a width of \(data.outputWidth)")
    }
  }

  /// Throws if the samples do not fit the network.
  public func check(inputsOf data: DataSet) throws(NetworkError) {
    guard data.samples > 0 else { throw NetworkError("the data set has no samples") }
    try check(rows: min(data.samples, 1024))
    guard data.inputWidth == inputs else {
      throw NetworkError(
        "the number of inputs is \(data.inputWidth) in the data, but \(inputs) in the network",
        hint: "build the network for as many inputs as the data has, such as mlp([\(data.inputWidth), ...], ...)")
    }
  }

  /// Throws if a pass in training mode cannot be made with the given number of samples, as in PyTorch.
  package func checkTrainingPass(samples: Int) throws(NetworkError) {
    guard samples == 1, engine.needsTwoSamples else { return }
    throw NetworkError(
      "batch normalisation needs at least two samples in a training pass, but this pass has one",
      hint: "use a larger batch, limit or data set; layer normalisation works with single samples")
  }
}

extension Engine {
  /// Whether a pass in training mode needs two samples: a batch normalisation subtracts the batch's mean, which a single
  /// sample equals, so that nothing of the sample is left.
  var needsTwoSamples: Bool { measuresSamples }
}
