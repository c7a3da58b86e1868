// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A rule that fills a fresh weight matrix or bias vector, with its numbers filled in.
public struct Initializer: Sendable {
  let entry: InitializerEntry
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]

  /// The name in the language.
  public var name: String { entry.name }
  /// True where the weights are calibrated on the first batch of data that the network sees.
  public var needsData: Bool { entry.needsData }
  /// True where the rule needs a matrix and cannot fill a bias.
  public var needsMatrix: Bool { entry.needsMatrix }

  /// E[w²] of one weight: what mean-field theory calls σ_w²/fan_in.
  public func secondMoment(fanIn: Int, fanOut: Int) -> Double {
    entry.secondMoment(arguments, Double(fanIn), Double(fanOut))
  }

  /// Var[w] of one weight.
  func variance(fanIn: Int, fanOut: Int) -> Double {
    max(secondMoment(fanIn: fanIn, fanOut: fanOut) - mean * mean, 0)
  }

  /// E[w] of one weight.
  var mean: Double { entry.mean(arguments) }
  /// E[(w − E[w])⁴]/Var[w]² − 3 of one weight: 0 as for normal numbers where they are drawn, −1.2 where they are evenly
  /// spread.
  var excessKurtosis: Double { entry.excessKurtosis }
  /// True where the vectors along the shorter side of a matrix are orthogonal and of equal length.
  var isOrthogonal: Bool { entry.isOrthogonal }

  /// The weights, outputs × inputs, row by row.
  func draw(_ shape: Shape, _ stream: inout RandomStream) -> [Double] { entry.draw(shape, arguments, &stream) }

  /// What there is to fill: `count` numbers, which for a matrix are fanOut rows of fanIn. If `isStopped` cancels
  /// it, the rest may stay as it is: it is not read.
  struct Shape {
    let fanIn: Int, fanOut: Int, count: Int
    let isStopped: () -> Bool
  }
}

/// One entry of the catalogue of initializers.
struct InitializerEntry: Sendable {
  let name: String
  let summary: String
  let parameters: [RecipeParameter]
  let source: String
  var needsData = false
  var needsMatrix = false
  var isOrthogonal = false
  var excessKurtosis = 0.0
  var mean: @Sendable (_ arguments: [Double]) -> Double = { _ in 0 }
  let secondMoment: @Sendable (_ arguments: [Double], _ fanIn: Double, _ fanOut: Double) -> Double
  let draw: @Sendable (Initializer.Shape, _ arguments: [Double], inout RandomStream) -> [Double]

  var recipe: Recipe<Initializer> {
    let call = parameters.contains { $0.standard == nil } ? "\(name)(0.5)" : name
    return Recipe(
      name, summary, parameters: parameters, example: "summary(chain(2, tanh, width: 3, init: \(call)))",
      source: source
    ) { Initializer(entry: self, arguments: $0) }
  }
}

extension Initializer {
  /// Every initializer of the language.
  public static let catalogue: [Recipe<Initializer>] = initializerEntries.map(\.recipe)

  /// The initializer of that name with these numbers, or with its standard ones.
  public static func named(_ name: String, _ arguments: [Double]? = nil) -> Initializer? {
    catalogue.first { $0.name == name }.map { $0.make(arguments ?? $0.parameters.map { $0.standard ?? 0 }) }
  }
}
