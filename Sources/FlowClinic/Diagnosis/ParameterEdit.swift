// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowNet

/// A change of the values of one parameter of a row of the flow table: they are multiplied by a factor.
public struct ParameterEdit: Sendable, Equatable {
  /// The row, counted from 1.
  public let layer: Int
  public let kind: ParameterKind
  /// The factor, with few digits, so that a program that is written with it does the same.
  public let factor: Double

  init(_ layer: Int, _ kind: ParameterKind, times factor: Double) {
    self.layer = layer
    self.kind = kind
    self.factor = Self.rounded(factor)
  }

  /// Returns a number rounded to four significant digits.
  private static func rounded(_ number: Double) -> Double {
    guard number != 0, number.isFinite else { return number }
    let exponent = Int(Real.log10(abs(number)).rounded(.down))
    return decimalShift(decimalShift(number, by: 3 - exponent).rounded(), by: exponent - 3)
  }
}

extension Network {
  /// Changes the values of a parameter.
  func apply(_ edit: ParameterEdit) {
    guard let numbers = numbers(layer: edit.layer, edit.kind) else { return }
    assign(layer: edit.layer, edit.kind, numbers.map { $0 * edit.factor })
  }
}
