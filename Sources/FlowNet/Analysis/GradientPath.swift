// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A point between two dense layers at which the gradient was measured.
struct GradientStop {
  /// The operation that the gradient has just passed; `nil` for the δ that the path starts from.
  let term: GradientTerm?
  /// The RMS of the gradient of one sample's loss.
  let size: WideNumber
}

/// The points between the dense layers at which the gradient was measured, in the order of the backward pass.
///
/// The path leads through the bodies of residual blocks. The gradient that bypasses a body is added to the body's input
/// gradient, and the sum is a point of its own. Every term is therefore the ratio of two neighbouring points, and the
/// product of the terms is exact.
struct GradientPath {
  /// For each dense layer, from the last one to the first, the stops from δ of the next layer to its own, and the size of
  /// its own δ. That is the size at the last stop, unless the next layer is in another branch.
  private(set) var layers: [(stops: [GradientStop], delta: WideNumber)] = []
  /// The stops since the last dense layer; `nil` before the first one.
  private var open: [GradientStop]?

  /// Records the arrival at a dense layer whose δ has the given size.
  mutating func arrive(_ delta: WideNumber) {
    let own = GradientStop(term: nil, size: delta)
    layers.append((open ?? [own], delta))
    open = [own]
  }

  /// Records the size of the gradient after an operation.
  mutating func stop(_ term: GradientTerm, _ size: WideNumber) { open?.append(GradientStop(term: term, size: size)) }

  /// Returns the ratio of each size to the one before it, starting with `start`.
  ///
  /// A branch may be closed: its gradient is 0, or too small to be a divisor in f64, until a shortcut adds the gradient
  /// that bypasses it. The stops in a closed branch have no gain, and the gain of the shortcut is the ratio of the
  /// gradient after it to the gradient that entered the branch. The product of the gains is therefore still the ratio
  /// of the ends. A batch normalisation, which adds the gradients of other samples to that of a sample, is treated like
  /// a shortcut. If the gradient stays 0, the gain of the first zero is 0, and the stops after it have none. If there
  /// is no start, the first nonzero size has no gain, because there is nothing to compare it with.
  static func gains(from start: WideNumber?, _ stops: some Collection<GradientStop>) -> [WideNumber?] {
    var gains: [WideNumber?] = []
    // The sizes that can be divisors, and the positions of their gains.
    var kept: [(place: Int, size: WideNumber)] = start.map { [(-1, $0)] } ?? []
    var closed: Int?
    for stop in stops {
      let place = gains.count
      if stop.size.isZero {
        closed = closed ?? place
        gains.append(nil)
        continue
      }
      if stop.term == .shortcut || stop.term == .norm {
        while kept.count > 1, stop.size.isFinite, !(stop.size / kept[kept.count - 1].size).isNormal {
          gains[kept.removeLast().place] = nil
        }
      }
      gains.append(kept.last.map { stop.size / $0.size })
      kept.append((place, stop.size))
      closed = nil
    }
    if let closed, !kept.isEmpty { gains[closed] = .zero }
    return gains
  }

  /// Returns the terms of the stops between two dense layers with their gains, in the order of the backward pass.
  ///
  /// Stops of one kind form one term, whose gain is the product of their gains, or `nil` if none of them has a gain.
  static func terms(
    _ stops: some Sequence<GradientStop>, _ gains: some Sequence<WideNumber?>
  ) -> [(term: GradientTerm, gain: WideNumber?)] {
    var terms: [(term: GradientTerm, gain: WideNumber?)] = []
    for (stop, gain) in zip(stops, gains) {
      if let known = terms.firstIndex(where: { $0.term == stop.term }) {
        if let gain { terms[known].gain = terms[known].gain.map { $0 * gain } ?? gain }
      } else {
        terms.append((stop.term!, gain))
      }
    }
    return terms
  }
}
