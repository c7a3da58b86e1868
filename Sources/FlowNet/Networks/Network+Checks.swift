// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// Checks of user input.
extension Network {
  /// Throws if the loss is not defined for the outputs of this network and the targets of `data`.
  public func check(_ loss: Loss, on data: DataSet) throws(NetworkError) {
    try loss.check(data)
    if loss.fusesWith == .softmax, outputs == 1 {
      throw NetworkError(
        "cross_entropy needs at least two outputs: the softmax of a single one is always 1",
        hint: "use bce for two classes, or give the last layer one output per class")
    }
  }

  /// Throws if the samples or targets do not fit the network, or if a pass over `rows` samples, or over all samples if
  /// there are fewer, would be too large or does not fit into memory.
  public func check(_ data: DataSet, rows: Int = evaluationBlock) throws(NetworkError) {
    try check(inputsOf: data)
    try check(rows: min(rows, data.samples))
    guard data.fits(outputs: outputs) else {
      let what = data.isClassification ? "classes" : "targets"
      throw NetworkError(
        "the number of \(what) is \(data.outputWidth), but that of the network's outputs is \(outputs)",
        hint: "the last layer of the network needs a width of \(data.outputWidth)"
          + (data.isClassification ? "" : "; for numbers that are classes, make the data with classes: true"))
    }
  }

  /// Throws if there are no samples, if they do not fit the network, or if a pass over up to 1024 of them would be too
  /// large or does not fit into memory.
  public func check(inputsOf data: DataSet) throws(NetworkError) {
    guard data.samples > 0 else { throw NetworkError("the data set has no samples") }
    try check(rows: min(data.samples, 1024))
    guard data.inputWidth == inputs else {
      throw NetworkError(
        "the number of inputs is \(data.inputWidth) in the data, but \(inputs) in the network",
        hint: "build the network for as many inputs as the data has, such as mlp([\(data.inputWidth), ...], ...)")
    }
  }

  /// Throws if the network does not support passes in training mode over the given number of samples. PyTorch throws in
  /// the same case.
  package func checkTrainingPass(samples: Int) throws(NetworkError) {
    guard samples == 1, architecture.graph.measuresSamples else { return }
    // The mean of the batch is subtracted, which turns a single sample into zeros.
    throw NetworkError(
      "batch normalisation needs at least two samples in a training pass, but this pass has one",
      hint: "use a larger batch, limit or data set; layer normalisation works with single samples")
  }
}
