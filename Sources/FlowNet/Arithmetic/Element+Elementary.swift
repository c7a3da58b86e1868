// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The functions of single elements in loops that are written for both precisions, with the same bits as in a vector.
/// Everything else calls `Real`.
extension Element {
  /// eˣ.
  static func exp(_ x: Self) -> Self { Vector.exp(Vector(repeating: x))[0] }

  /// ln x.
  static func log(_ x: Self) -> Self { Vector.log(Vector(repeating: x))[0] }

  /// ln(1 + x).
  static func log1p(_ x: Self) -> Self { Vector.log1p(Vector(repeating: x))[0] }

  /// 1/(1 + e⁻ˣ).
  static func sigmoid(_ x: Self) -> Self { Vector.sigmoid(Vector(repeating: x))[0] }
}
