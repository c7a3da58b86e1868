// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The compiled network of a `Network`, whose element type is known only at run time.
///
/// A computation opens the element type once, by passing the network to a function that takes `some CompiledNetwork`.
/// That function calls a method of `typed`. The method must be marked `@specialized` for both element types, because
/// otherwise the unspecialized generic code runs.
protocol CompiledNetwork<E>: AnyObject {
  associatedtype E: Element
  /// This network, with its element type.
  var typed: Engine<E> { get }
  /// The number of weights, biases, scales and shifts, without padding.
  var parameterCount: Int { get }
  /// The number of values per sample that a pass writes: the outputs and gradients of all operations.
  var unitCount: Int { get }
  /// Whether a pass in training mode needs at least two samples.
  var needsTwoSamples: Bool { get }
}

extension CompiledNetwork {
  /// The number of dense layers.
  var depth: Int { typed.taps.count }
}

extension Engine: CompiledNetwork {
  var typed: Engine<E> { self }

  /// Compiles an architecture; see `init`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func compile(_ architecture: Architecture, seed: NetworkSeed?) -> Engine {
    Engine(architecture, seed: seed)
  }

  /// Returns the dense layers, counted from 1, whose initial weights depend on data.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func layersWaitingForData() -> Set<Int> {
    Set(taps.filter { tap in tap.parameters.contains { $0.spec.needsData } }.map(\.layer))
  }

  var parameterCount: Int { parameters.reduce(0) { $0 + $1.rows * $1.columns } }
}
