// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The losses, one entry each, with PyTorch's definitions.
let lossEntries: [LossEntry] = [
  .meanSquaredError,
  LossEntry(
    MeanAbsoluteError.self, "mae", "mean absolute error over all elements", "L = mean |y - t|; torch.nn.L1Loss",
    unitPower: 1),
  .huber, .crossEntropy, .binaryCrossEntropy,
]

/// Entries that other code refers to.
extension LossEntry {
  fileprivate static let meanSquaredError = LossEntry(
    MeanSquaredError.self, "mse", "mean squared error over all elements", "L = mean (y - t)^2; torch.nn.MSELoss",
    unitPower: 2, bestConstant: { $0 })
  fileprivate static let huber = LossEntry(
    Huber.self, "huber", "squared error near zero, absolute error beyond delta",
    "mean of d^2/2 for |d| <= delta, else delta*(|d| - delta/2); torch.nn.HuberLoss",
    parameters: [RecipeParameter("delta", 1, in: 0 ... .infinity, open: true, "largest |d| with the squared error")])
  fileprivate static let crossEntropy = LossEntry(
    CrossEntropy.self, "cross_entropy", "softmax and negative log likelihood from logits, mean over samples",
    "L = mean_s -sum_i t_i ln softmax(z)_i; torch.nn.CrossEntropyLoss",
    fusion: LossFusion(activation: .softmax, torchClass: "CrossEntropyLoss"),
    targets: .distributions, bestConstant: { Real.log(max($0, .leastNormalMagnitude)) })
  fileprivate static let binaryCrossEntropy = LossEntry(
    BinaryCrossEntropy.self, "bce", "binary cross entropy from logits",
    "L = -t ln s(z) - (1 - t) ln(1 - s(z)); torch.nn.BCEWithLogitsLoss",
    parameters: [
      RecipeParameter(
        "reduction", 0, choices: ["mean", "sum"], "mean over all elements, or sum over outputs and mean over samples")
    ], fusion: LossFusion(activation: .sigmoid, torchClass: "BCEWithLogitsLoss"), targets: .probabilities,
    bestConstant: { min(max(Real.log($0) - Real.log(1 - $0), -40), 40) })
}

extension Loss {
  package static let meanSquaredError = LossEntry.meanSquaredError.recipe.default
  package static let huber = LossEntry.huber.recipe.default
  package static let crossEntropy = LossEntry.crossEntropy.recipe.default
  package static let binaryCrossEntropy = LossEntry.binaryCrossEntropy.recipe.default
}
