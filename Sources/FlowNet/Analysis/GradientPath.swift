// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What multiplies the gradient on its way from one dense layer back to the one before.
public enum GradientTerm: String, Sendable, CaseIterable {
  /// The weights of the layer behind: rms(Wᵀδ)/rms(δ).
  case weight
  /// Shortcuts around what follows: rms(g + passed)/rms(g), with g the gradient that came through the branch.
  case shortcut
  /// The slopes of the activations.
  case slope
  /// The Jacobians of the normalisations.
  case norm
  /// The masks of dropout, which are 0 or 1/(1 − p).
  case dropout
}

/// A place between two dense layers where the gradient was measured.
struct GradientStop {
  /// What the gradient has just passed; nil at δ of the layer it comes from.
  let term: GradientTerm?
  /// The RMS of the gradient of one sample's loss.
  let size: WideNumber
}

/// The places between the dense layers where the gradient was measured, in the order in which it comes to them.
///
/// The path leads through the bodies of residual blocks. What goes around a body comes in where its input gradient is
/// added to it; so every term is a ratio of two neighbouring places, and their product is exact.
struct GradientPath {
  /// Of each dense layer, from the last one to the first, the stops from δ of the layer behind it to its own.
  private(set) var layers: [[GradientStop]] = []
  /// The stops since the last dense layer; nil before the first one.
  private var open: [GradientStop]?

  /// Comes to a dense layer, whose δ has that size.
  mutating func arrive(_ delta: WideNumber) {
    let own = GradientStop(term: nil, size: delta)
    layers.append(open ?? [own])
    open = [own]
  }

  /// Passes an operation that leaves the gradient with that size.
  mutating func stop(_ term: GradientTerm, _ size: WideNumber) { open?.append(GradientStop(term: term, size: size)) }

  /// The factor from each size to the next, from `start` on.
  ///
  /// A branch may be closed: its gradient is 0, or too small to be a divisor in f64, until a shortcut adds the gradient
  /// that goes around it. What is closed in this way has no gain, and the shortcut has the ratio of what it leaves to
  /// what came to the branch. So the product of the gains is the ratio of the ends all the same. A batch normalisation,
  /// which brings a sample the gradients of the others, counts like a shortcut. If the gradient stays 0, the first zero
  /// is a gain of 0, and what comes behind it has none. Without a start there is nothing to compare the first size that
  /// is not 0 with.
  static func gains(from start: WideNumber?, _ stops: some Collection<GradientStop>) -> [WideNumber?] {
    var gains: [WideNumber?] = []
    // The sizes that are divisors, and the places of their gains.
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

  /// The terms of the stops between two dense layers with their gains, in the order in which the gradient meets them.
  ///
  /// Stops of one kind make one term, whose gain is the product of those they have; it has none if none of them has
  /// one.
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
