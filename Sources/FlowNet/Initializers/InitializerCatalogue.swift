// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// The initializers, one entry each. `n` is fan_in, `m` is fan_out.
let initializerEntries: [InitializerEntry] = [
  .normal,
  InitializerEntry(
    name: "uniform", summary: "uniformly distributed values",
    parameters: [RecipeParameter("low", -1, "lower bound"), RecipeParameter("high", 1, "upper bound")],
    source: "w ~ U(low, high)", excessKurtosis: uniformKurtosis, mean: { ($0[0] + $0[1]) / 2 },
    secondMoment: { a, _, _ in (a[0] * a[0] + a[0] * a[1] + a[1] * a[1]) / 3 },
    draw: { shape, a, stream in uniforms(shape, a[0], a[1], &stream) }),
  .constant, .zeros, .xavierNormal, .xavierUniform, .heNormal,
  scaled("he_uniform", .uniform, "for relu", "variance 2/n; He and others 2015") { n, _ in 2 / n },
  .lecunNormal, .orthogonal, .lsuv, .pytorch,
]

/// Entries that other code refers to.
extension InitializerEntry {
  fileprivate static let normal = InitializerEntry(
    name: "normal", summary: "normally distributed values",
    parameters: [
      RecipeParameter("mean", 0, "mean"),
      RecipeParameter("std", 1, in: 0 ... .infinity, "standard deviation"),
    ], source: "w ~ N(mean, std^2)", mean: { $0[0] }, secondMoment: { a, _, _ in a[0] * a[0] + a[1] * a[1] },
    draw: { shape, a, stream in normals(shape, mean: a[0], std: a[1], &stream) })
  fileprivate static let constant = InitializerEntry(
    name: "constant", summary: "the same value everywhere",
    parameters: [RecipeParameter("value", nil, "value of every element")],
    source: "w = value", mean: { $0[0] }, secondMoment: { a, _, _ in a[0] * a[0] },
    draw: { shape, a, _ in [Double](repeating: a[0], count: shape.count) })
  fileprivate static let zeros = InitializerEntry(
    name: "zeros", summary: "all zeros", parameters: [], source: "w = 0", secondMoment: { _, _, _ in 0 },
    draw: { shape, _, _ in [Double](repeating: 0, count: shape.count) })
  fileprivate static let xavierNormal = scaled(
    "xavier_normal", .normal, "for tanh and sigmoid", "variance 2/(n + m); Glorot, Bengio 2010"
  ) { 2 / ($0 + $1) }
  fileprivate static let xavierUniform = scaled(
    "xavier_uniform", .uniform, "for tanh and sigmoid", "variance 2/(n + m); Glorot, Bengio 2010"
  ) {
    2 / ($0 + $1)
  }
  fileprivate static let heNormal = scaled("he_normal", .normal, "for relu", "variance 2/n; He and others 2015") {
    n, _ in 2 / n
  }
  fileprivate static let lecunNormal = scaled(
    "lecun_normal", .normal, "for selu and for theory", "variance 1/n; LeCun and others 1998"
  ) { n, _ in 1 / n }
  fileprivate static let orthogonal = InitializerEntry(
    name: "orthogonal", summary: "random orthogonal matrix times gain; with gain 1 it preserves norms",
    parameters: [RecipeParameter("gain", 1, in: 0 ... .infinity, "norm of each row or column")],
    source: "orthonormalized normal vectors; Saxe, McClelland, Ganguli 2014", needsMatrix: true,
    isOrthogonal: true,
    secondMoment: { a, n, m in a[0] * a[0] / max(n, m) },
    draw: { shape, a, stream in orthogonalMatrix(shape, gain: a[0], &stream) })
  fileprivate static let lsuv = InitializerEntry(
    name: "lsuv", summary: "orthogonal, then scaled on the first batch of data so that every layer's z has variance 1",
    parameters: [], source: "layer-sequential unit variance; Mishkin, Matas 2016", needsData: true, needsMatrix: true,
    isOrthogonal: true,
    secondMoment: { _, n, m in 1 / max(n, m) }, draw: { shape, _, stream in orthogonalMatrix(shape, gain: 1, &stream) })
  fileprivate static let pytorch = InitializerEntry(
    name: "pytorch",
    summary: "PyTorch's default for the weights and, unless bias is given, the biases of a linear layer",
    parameters: [], source: "w, b ~ U(-1/sqrt(n), 1/sqrt(n)); torch.nn.Linear", dependsOnSize: true, startsBiases: true,
    excessKurtosis: uniformKurtosis, secondMoment: { _, n, _ in 1 / (3 * n) },
    draw: { shape, _, stream in
      let bound = 1 / Double(shape.fanIn).squareRoot()
      return uniforms(shape, -bound, bound, &stream)
    })
}

extension Initializer {
  /// w = 0.
  public static let zeros = InitializerEntry.zeros.recipe.default
  package static func constant(_ value: Double) -> Initializer { InitializerEntry.constant.recipe.make([value]) }
  package static let xavierNormal = InitializerEntry.xavierNormal.recipe.default
  package static let xavierUniform = InitializerEntry.xavierUniform.recipe.default
  package static let heNormal = InitializerEntry.heNormal.recipe.default
  package static let lecunNormal = InitializerEntry.lecunNormal.recipe.default
  package static let orthogonal = InitializerEntry.orthogonal.recipe.default
  package static let lsuv = InitializerEntry.lsuv.recipe.default
  package static let pytorch = InitializerEntry.pytorch.recipe.default
}

private enum Distribution { case normal, uniform }

/// The excess kurtosis of a uniform distribution.
private let uniformKurtosis = -1.2

/// Creates an entry for weights of zero mean and a variance that depends on the size of the layer.
private func scaled(
  _ name: String, _ distribution: Distribution, _ use: String, _ source: String,
  variance: @escaping @Sendable (_ fanIn: Double, _ fanOut: Double) -> Double
) -> InitializerEntry {
  InitializerEntry(
    name: name,
    summary:
      "\(distribution == .normal ? "normally" : "uniformly") distributed values scaled to the layer's size, \(use)",
    parameters: [], source: source, dependsOnSize: true,
    excessKurtosis: distribution == .uniform ? uniformKurtosis : 0,
    secondMoment: { variance($1, $2) },
    draw: { shape, _, stream in
      let std = variance(Double(shape.fanIn), Double(shape.fanOut)).squareRoot()
      switch distribution {
      case .normal: return normals(shape, mean: 0, std: std, &stream)
      case .uniform: return uniforms(shape, -std * 3.0.squareRoot(), std * 3.0.squareRoot(), &stream)
      }
    })
}

private func normals(_ shape: Initializer.Shape, mean: Double, std: Double, _ stream: inout RandomStream) -> [Double] {
  [Double](unsafeUninitializedCapacity: shape.count) { numbers, count in
    let numbers = UnsafeMutableBufferPointer(rebasing: numbers[..<shape.count])
    stream.fillNormal(numbers)
    let piece = 1 << 16
    let stop = StopToken.current
    for start in stride(from: 0, to: shape.count, by: piece) where !stop.isRequested {
      for place in start..<min(start + piece, shape.count) { numbers[place] = mean + std * numbers[place] }
    }
    count = shape.count
  }
}

private func uniforms(_ shape: Initializer.Shape, _ low: Double, _ high: Double, _ stream: inout RandomStream)
  -> [Double]
{
  var numbers = [Double](repeating: 0, count: shape.count)
  for place in numbers.indices.untilStopped { numbers[place] = low + (high - low) * stream.uniform() }
  return numbers
}
