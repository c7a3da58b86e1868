// SPDX-License-Identifier: GPL-3.0-or-later

/// The seed of a network's initial values: that of the program, and the network's number in it.
public struct NetworkSeed: Sendable, Equatable {
  /// The program's seed.
  public let seed: UInt64
  /// The network's number in the program.
  public let number: UInt64

  public init(_ seed: UInt64, number: UInt64 = 0) {
    self.seed = seed
    self.number = number
  }
}
