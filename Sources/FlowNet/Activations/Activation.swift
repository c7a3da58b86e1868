// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// An activation φ with its numbers filled in.
public struct Activation: Sendable {
  /// Its entry in the catalogue.
  let entry: ActivationEntry
  /// The values of the recipe's parameters.
  public let arguments: [Double]

  /// The name in the language.
  public var name: String { entry.name }
  /// True for softmax, which mixes the units of a sample and can only be the output.
  public var isSoftmax: Bool { entry.isSoftmax }
  /// The largest |φ'| where φ is bounded and can saturate, else none.
  public var steepest: Double? { entry.steepest }
  /// The places where the slope jumps; integrals are cut there.
  public var kinks: [Double] { entry.kinks }
  /// True for the functions that go up and down for ever.
  var oscillates: Bool { entry.oscillates }
  /// Whether φ'(z) follows from φ(z) alone.
  var slopeNeedsOnlyOutput: Bool { entry.slopeNeedsOnlyOutput }
  /// Whether the slope is either 0 or 1.
  var slopeIsMask: Bool { entry.slopeIsMask }
  /// True for the functions that He's initialization was made for.
  public var isRectifier: Bool { entry.isRectifier }

  var parameter: Double { arguments.first ?? 0 }

  /// φ(z) in f64.
  public func value(_ z: Double) -> Double { values([z])[0] }

  /// φ'(z) in f64, with a relative error of at most 1e-13 wherever it is a normal number.
  public func slope(_ z: Double) -> Double { slopes([z])[0] }

  /// φ'(z) also where it is out of the range of f64.
  func wideSlope(_ z: Double) -> WideNumber { wide(slope(z), at: z) }

  /// φ' of each number, also where it is out of the range of f64.
  func wideSlopes(_ z: [Double]) -> [WideNumber] { zip(slopes(z), z).map { wide($0, at: $1) } }

  /// Whether φ'(z) is 0 in real arithmetic, and not just too small for the element type, given its `slope` there.
  @inline(__always)
  func isFlat(_ z: Double, slope: Double) -> Bool { slope == 0 && entry.tail(z, parameter)?.isZero ?? true }

  private func wide(_ slope: Double, at z: Double) -> WideNumber {
    slope.isNormal || slope.isNaN ? WideNumber(slope) : entry.tail(z, parameter) ?? WideNumber(slope)
  }

  /// φ of each number, in f64.
  func values(_ z: [Double]) -> [Double] {
    let (padded, count) = wholeVectors(z)
    return [Double](unsafeUninitializedCapacity: padded.count) { y, used in
      entry.f64.forward(padded, y.baseAddress!, padded.count, parameter)
      used = count
    }
  }

  /// φ' of each number, in f64.
  func slopes(_ z: [Double]) -> [Double] {
    let (padded, count) = wholeVectors(z)
    return [Double](unsafeUninitializedCapacity: padded.count) { slope, used in
      entry.f64.preciseSlope(padded, slope.baseAddress!, padded.count, parameter)
      used = count
    }
  }

  /// The numbers filled up to whole vectors, and how many they were.
  private func wholeVectors(_ z: [Double]) -> (padded: [Double], count: Int) {
    let missing = Matrix<Double>.stride(max(z.count, 1)) - z.count
    return (missing == 0 ? z : z + [Double](repeating: 0, count: missing), z.count)
  }
}

/// One entry of the catalogue of activations.
struct ActivationEntry: Sendable {
  let name: String
  let summary: String
  let parameters: [RecipeParameter]
  let source: String
  let steepest: Double?
  let kinks: [Double]
  let oscillates: Bool
  let isRectifier: Bool
  let isSoftmax: Bool
  let slopeNeedsOnlyOutput: Bool
  let slopeIsMask: Bool
  /// See `Pointwise`.
  let tail: @Sendable (_ z: Double, _ p: Double) -> WideNumber?
  let f32: PointwiseLoops<Float>
  let f64: PointwiseLoops<Double>

  @inline(__always)
  init<K: Pointwise>(
    _ function: K.Type, _ name: String, _ summary: String, _ source: String, parameters: [RecipeParameter] = [],
    steepest: Double? = nil, kinks: [Double] = [], oscillates: Bool = false, isRectifier: Bool = false,
    isSoftmax: Bool = false
  ) {
    self.name = name
    self.summary = summary
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

  /// What the language sees.
  var recipe: Recipe<Activation> {
    Recipe(
      name, summary, parameters: parameters,
      example: isSoftmax ? "net = mlp([4, 8, 3], tanh, output: softmax)" : "curve(\(name), from: -2, to: 2, points: 5)",
      source: source
    ) { Activation(entry: self, arguments: $0) }
  }
}

extension Activation {
  /// Every activation of the language.
  public static let catalogue: [Recipe<Activation>] = activationEntries.map(\.recipe)

  /// The activation of that name with its standard numbers.
  public static func named(_ name: String) -> Activation? {
    catalogue.first { $0.name == name }.map { $0.make($0.parameters.map { $0.standard ?? 0 }) }
  }

  /// φ(z) = z.
  public static let identity = Activation(entry: activationEntries[0], arguments: [])
}

extension Element {
  /// The loops of an activation for this element type.
  @inline(__always)
  static func loops(_ activation: Activation) -> PointwiseLoops<Self> {
    if Self.self == Float.self { return activation.entry.f32 as! PointwiseLoops<Self> }
    return activation.entry.f64 as! PointwiseLoops<Self>
  }
}
