// SPDX-License-Identifier: GPL-3.0-or-later

/// The moments of a layer's output in a wide network, over units, and over samples at one unit.
struct SignalMoments: Equatable {
  var mean: Double
  var square: Double
  /// The variance over samples at one unit.
  var spread: Double

  /// The moments of inputs of mean 0 and variance 1.
  static let input = SignalMoments(mean: 0, square: 1, spread: 1)

  /// Returns the moments of the sum with a branch whose weights are independent of this signal.
  func adding(_ branch: SignalMoments) -> SignalMoments {
    SignalMoments(
      mean: mean + branch.mean, square: square + branch.square + 2 * mean * branch.mean,
      spread: spread + branch.spread)
  }

  /// Returns the moments of the signal times √factor.
  func scaled(by factor: Double) -> SignalMoments {
    SignalMoments(mean: mean * factor.squareRoot(), square: square * factor, spread: spread * factor)
  }

  /// The part of the mean square that all samples have in common at a unit.
  var sharedPart: Double { square > 0 ? max(1 - spread / square, 0) : 0 }

  /// Returns the moments after dropout, which keeps the given fraction of the units and scales them up to preserve the
  /// mean.
  func kept(_ share: Double) -> SignalMoments {
    share == 1 ? self : SignalMoments(mean: mean, square: square / share, spread: square / share - mean * mean)
  }
}
