// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// A change to the values of one parameter of a row of the flow table.
public struct ParameterEdit: Sendable, Equatable {
  /// What happens to the values.
  public enum Change: Sendable, Equatable {
    /// The values are multiplied by a factor with few digits, so that a program that contains the factor does the same.
    case scaled(by: Double)
    /// The values are drawn, as a matrix with a row for each unit.
    case drawn(Initializer)
  }

  /// The row, counted from 1.
  public let layer: Int
  public let kind: ParameterKind
  public let change: Change

  /// Creates an edit that multiplies the values by a factor.
  init(_ layer: Int, _ kind: ParameterKind, times factor: Double) {
    self.layer = layer
    self.kind = kind
    change = .scaled(by: Self.rounded(factor))
  }

  /// Creates an edit that draws the weights of a row of a network so that they preserve the size of the signal.
  init(drawing layer: Int, of network: Network) {
    self.layer = layer
    kind = .weight
    change = .drawn(network.layer(layer).activation.preservingInitializer)
  }

  /// Creates an edit that sets every value to a number.
  init(_ layer: Int, _ kind: ParameterKind, filledWith number: Double) {
    self.layer = layer
    self.kind = kind
    change = .drawn(.constant(number))
  }

  /// Returns a number rounded to four significant digits.
  private static func rounded(_ number: Double) -> Double {
    guard number != 0, number.isFinite else { return number }
    let exponent = Int(Real.log10(abs(number)).rounded(.down))
    return decimalShift(decimalShift(number, by: 3 - exponent).rounded(), by: exponent - 3)
  }
}

extension [ParameterEdit] {
  /// The number of edits that draw values.
  var draws: Int {
    count { edit in if case .drawn = edit.change { true } else { false } }
  }
}

extension Network {
  /// Changes the values of parameters. Drawn values are the first random values of a program with the given seed.
  func apply(_ edits: [ParameterEdit], seed: UInt64) {
    var number: UInt64 = 0
    for edit in edits {
      guard let old = numbers(layer: edit.layer, edit.kind) else { continue }
      switch edit.change {
      case .scaled(let factor): assign(layer: edit.layer, edit.kind, old.map { $0 * factor })
      case .drawn(let initializer):
        let (rows, columns) = (layer(edit.layer).outputs, layer(edit.layer).inputs)
        guard rows * columns == old.count else { continue }
        let stream = RandomStream(seed: seed, purpose: .data, index: number)
        assign(layer: edit.layer, edit.kind, initializer.values(rows: rows, columns: columns, stream))
        number += 1
      }
    }
  }
}
