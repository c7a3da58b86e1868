// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// A rule that fills a new weight matrix or bias vector, with its arguments.
public struct Initializer: CatalogueValue {
  let entry: InitializerEntry
  /// The values of the recipe's parameters, in order.
  public let arguments: [Double]

  /// The name in the language.
  public var name: String { entry.name }
  public var recipe: Recipe<Initializer> { entry.recipe }
  /// A Boolean value that indicates whether the weights are calibrated on the first batch of data that the network
  /// processes.
  public var needsData: Bool { entry.needsData }
  /// A Boolean value that indicates whether the rule needs a matrix and cannot fill a bias.
  public var needsMatrix: Bool { entry.needsMatrix }

  /// A Boolean value that indicates whether the values depend on the numbers of inputs and outputs of a layer, so that
  /// they can only be drawn for a matrix.
  public var dependsOnSize: Bool { entry.dependsOnSize || entry.needsMatrix }

  /// A Boolean value that indicates whether the rule also applies to the biases, unless another one is given for them.
  public var startsBiases: Bool { entry.startsBiases }

  /// Returns E[w²] of a weight, which mean-field theory calls σ_w²/fan_in.
  public func secondMoment(fanIn: Int, fanOut: Int) -> Double {
    entry.secondMoment(arguments, Double(fanIn), Double(fanOut))
  }

  /// Returns Var[w] of a weight.
  package func variance(fanIn: Int, fanOut: Int) -> Double {
    max(secondMoment(fanIn: fanIn, fanOut: fanOut) - mean * mean, 0)
  }

  /// E[w] of a weight.
  package var mean: Double { entry.mean(arguments) }
  /// E[(w − E[w])⁴]/Var[w]² − 3 of a weight: −1.2 if the weights are uniformly distributed, else 0, as for a normal
  /// distribution.
  package var excessKurtosis: Double { entry.excessKurtosis }
  /// A Boolean value that indicates whether the vectors along the shorter side of a matrix are orthogonal and of equal
  /// length.
  package var isOrthogonal: Bool { entry.isOrthogonal }

  /// Returns the weights as outputs × inputs, row by row.
  func draw(_ shape: Shape, _ stream: inout RandomStream) -> [Double] { entry.draw(shape, arguments, &stream) }

  /// Returns a matrix of random values of the given shape, row by row, like the weight of a layer with that many outputs
  /// and inputs. If a stop is requested, some of the values are wrong.
  public func values(rows: Int, columns: Int, _ stream: RandomStream) -> [Double] {
    var stream = stream
    return draw(Shape(fanIn: columns, fanOut: rows, count: rows * columns), &stream)
  }

  /// The numbers to draw: `count` of them, which for a matrix are fanOut rows of fanIn. If a stop
  /// request ends the drawing, the rest is never read and need not be set.
  struct Shape {
    let fanIn: Int, fanOut: Int, count: Int
  }
}

/// An entry in the catalogue of initializers.
struct InitializerEntry: Sendable {
  let name: String
  let summary: String
  let parameters: [RecipeParameter]
  let source: String
  var needsData = false
  var needsMatrix = false
  var dependsOnSize = false
  var startsBiases = false
  var isOrthogonal = false
  var excessKurtosis = 0.0
  var mean: @Sendable (_ arguments: [Double]) -> Double = { _ in 0 }
  let secondMoment: @Sendable (_ arguments: [Double], _ fanIn: Double, _ fanOut: Double) -> Double
  let draw: @Sendable (Initializer.Shape, _ arguments: [Double], inout RandomStream) -> [Double]

  var recipe: Recipe<Initializer> {
    let call = parameters.contains { $0.defaultValue == nil } ? "\(name)(0.5)" : name
    return Recipe(
      name, summary, parameters: parameters, example: "summary(chain(2, tanh, width: 3, init: \(call)))",
      source: source
    ) { Initializer(entry: self, arguments: $0) }
  }
}

extension Initializer {
  /// Every initializer of the language.
  public static let catalogue: [Recipe<Initializer>] = initializerEntries.map(\.recipe)
}
