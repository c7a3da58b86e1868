// SPDX-License-Identifier: GPL-3.0-or-later

/// Methods that correspond to the functions of the language that create networks.
extension Architecture {
  /// See `Blueprint.chain`. The numbers of inputs and outputs default to `width`.
  public static func chain(
    depth: Int, _ activation: Activation, width: Int = 1, inputs: Int? = nil, outputs: Int? = nil,
    _ options: NetworkOptions
  ) throws(NetworkError) -> Architecture {
    try Architecture(
      .chain(
        depth: depth, activation: activation, width: width, inputs: inputs ?? width, outputs: outputs ?? width,
        options: options))
  }

  /// See `Blueprint.mlp`.
  public static func mlp(
    _ sizes: [Int], _ activation: Activation, output: Activation = .identity, _ options: NetworkOptions
  ) throws(NetworkError) -> Architecture {
    try Architecture(.mlp(sizes: sizes, activation: activation, output: output, options: options))
  }

  /// See `Blueprint.sequence`.
  public static func sequence(
    inputs: Int, _ layers: [any Layer], _ options: NetworkOptions
  ) throws(NetworkError) -> Architecture {
    try Architecture(.sequence(inputs: inputs, layers: layers, options: options))
  }
}
