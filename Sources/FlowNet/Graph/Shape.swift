// SPDX-License-Identifier: GPL-3.0-or-later

/// The shape of the value that a node of a graph computes for one sample: `channels` channels with `length` positions
/// each. A vector of units has one position per channel.
///
/// In memory, a sample is one row, which contains the channels one after the other.
public struct Shape: Equatable, Sendable {
  public let channels: Int
  public let length: Int

  public init(channels: Int, length: Int) {
    self.channels = channels
    self.length = length
  }

  /// Creates the shape of a vector.
  public init(units: Int) { self.init(channels: units, length: 1) }

  /// The number of elements.
  public var units: Int { channels * length }
}
