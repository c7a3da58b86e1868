// SPDX-License-Identifier: GPL-3.0-or-later

/// The normalisation that the option `norm:` inserts between the affine part and the activation.
public enum NormChoice: String, Sendable, CaseIterable {
  case none, batch, layer

  var layer: (any Layer)? {
    switch self {
    case .none: nil
    case .batch: BatchNorm.default
    case .layer: LayerNorm()
    }
  }

  /// Returns the name of a normalisation in the option `norm:`, or its kind if there is none.
  package static func name(of layer: any Layer) -> String {
    allCases.first { $0.layer?.kind == layer.kind }?.rawValue ?? layer.kind
  }
}
