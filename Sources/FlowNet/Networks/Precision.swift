// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The type of the numbers that a network computes with.
public enum Precision: String, Sendable, CaseIterable {
  case f32, f64
}

extension Precision {
  var element: any Element.Type {
    switch self {
    case .f32: Float.self
    case .f64: Double.self
    }
  }

  /// The size of an element in bytes.
  var bytes: Int {
    func size<E: Element>(of type: E.Type) -> Int { MemoryLayout<E>.size }
    return size(of: element)
  }
}
