// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// An activation φ with its arguments.
public struct Activation: CatalogueValue {
  let entry: ActivationEntry
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]

  /// The name in the language.
  public var name: String { entry.name }
  public var recipe: Recipe<Activation> { entry.recipe }
  /// A Boolean value that indicates whether this is softmax, which mixes the units of a sample and can only be the
  /// output.
  public var isSoftmax: Bool { entry.isSoftmax }
  /// The largest |φ'| if φ is bounded and can saturate, otherwise `nil`.
  public var steepest: Double? { entry.steepest }
  /// The points at which the slope jumps. Integrals are split there.
  public var kinks: [Double] { entry.kinks }
  /// A Boolean value that indicates whether the function oscillates over its whole domain, as sin does.
  package var oscillates: Bool { entry.oscillates }
  /// Whether φ'(z) can be computed from φ(z) alone.
  var slopeNeedsOnlyOutput: Bool { entry.slopeNeedsOnlyOutput }
  /// Whether the slope is always 0 or 1.
  var slopeIsMask: Bool { entry.slopeIsMask }
  /// A Boolean value that indicates whether He's initialization is designed for this function.
  public var isRectifier: Bool { entry.isRectifier }

  var parameter: Double { arguments.first ?? 0 }

  /// Returns φ(z) in f64.
  public func value(_ z: Double) -> Double { values([z])[0] }

  /// Returns φ'(z) in f64, with a relative error of at most 1e-13 if the result is a normal number.
  public func slope(_ z: Double) -> Double { slopes([z])[0] }

  /// Returns φ'(z), even outside the range of f64.
  func wideSlope(_ z: Double) -> WideNumber { wide(slope(z), at: z) }

  /// Returns φ' of each number, even outside the range of f64.
  func wideSlopes(_ z: [Double]) -> [WideNumber] { zip(slopes(z), z).map { wide($0, at: $1) } }

  /// Returns whether φ'(z) is 0 in real arithmetic and not just too small for the element type. `slope` is the computed
  /// φ'(z).
  @inline(__always)
  func isFlat(_ z: Double, slope: Double) -> Bool { slope == 0 && entry.tail(z, parameter)?.isZero ?? true }

  private func wide(_ slope: Double, at z: Double) -> WideNumber {
    slope.isNormal || slope.isNaN ? WideNumber(slope) : entry.tail(z, parameter) ?? WideNumber(slope)
  }

  /// Returns φ of each number, in f64.
  package func values(_ z: [Double]) -> [Double] {
    let (padded, count) = wholeVectors(z)
    return [Double](unsafeUninitializedCapacity: padded.count) { y, used in
      entry.f64.forward(padded, y.baseAddress!, padded.count, parameter)
      used = count
    }
  }

  /// Returns φ' of each number, in f64.
  package func slopes(_ z: [Double]) -> [Double] {
    let (padded, count) = wholeVectors(z)
    return [Double](unsafeUninitializedCapacity: padded.count) { slope, used in
      entry.f64.preciseSlope(padded, slope.baseAddress!, padded.count, parameter)
      used = count
    }
  }

  /// Returns the numbers padded to whole vectors, and their original count.
  private func wholeVectors(_ z: [Double]) -> (padded: [Double], count: Int) {
    let missing = Matrix<Double>.stride(max(z.count, 1)) - z.count
    return (missing == 0 ? z : z + [Double](repeating: 0, count: missing), z.count)
  }
}

/// An entry in the catalogue of activations. It is a class because every copy of an activation refers to it.
final class ActivationEntry: Sendable {
  let name: String
  let summary: String
  /// What users should know beyond the summary, in whole sentences.
  let details: String
  let parameters: [RecipeParameter]
  let source: String
  let steepest: Double?
  let kinks: [Double]
  let oscillates: Bool
  let isRectifier: Bool
  let isSoftmax: Bool
  let slopeNeedsOnlyOutput: Bool
  let slopeIsMask: Bool
  /// The function `tail` of `Pointwise`.
  let tail: @Sendable (_ z: Double, _ p: Double) -> WideNumber?
  let f32: PointwiseLoops<Float>
  let f64: PointwiseLoops<Double>

  @inline(__always)
  init<K: Pointwise>(
    _ function: K.Type, _ name: String, _ summary: String, _ source: String, details: String = "",
    parameters: [RecipeParameter] = [], steepest: Double? = nil, kinks: [Double] = [], oscillates: Bool = false,
    isRectifier: Bool = false,
    isSoftmax: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.details = details
    self.parameters = parameters
    self.source = source
    self.steepest = steepest
    self.kinks = kinks
    self.oscillates = oscillates
    self.isRectifier = isRectifier
    self.isSoftmax = isSoftmax
    slopeNeedsOnlyOutput = K.slopeNeedsOnlyOutput
    slopeIsMask = K.slopeIsMask
    tail = { K.tail($0, $1) }
    f32 = PointwiseLoops<Float>(function)
    f64 = PointwiseLoops<Double>(function)
  }

  /// The entry as the language uses it.
  var recipe: Recipe<Activation> {
    Recipe(
      name, summary, details: details, parameters: parameters,
      example: isSoftmax ? "net = mlp([4, 8, 3], tanh, output: softmax)" : "curve(\(name), from: -2, to: 2, points: 5)",
      source: source
    ) { Activation(entry: self, arguments: $0) }
  }
}

extension Activation {
  /// Every activation of the language.
  public static let catalogue: [Recipe<Activation>] = activationEntries.map(\.recipe)
}

extension Element {
  /// Returns the loops of an activation for this element type.
  @inline(__always)
  static func loops(_ activation: Activation) -> PointwiseLoops<Self> {
    if Self.self == Float.self { return activation.entry.f32 as! PointwiseLoops<Self> }
    return activation.entry.f64 as! PointwiseLoops<Self>
  }
}
