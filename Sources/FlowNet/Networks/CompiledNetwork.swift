// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The compiled network of a `Network`, whose element type is known only when the program runs.
///
/// A computation opens the element type once, by passing the network to a function that takes `some CompiledNetwork`.
/// That function calls a method of `typed`, and the method has to carry `@specialized` for both element types: without
/// it, the generic code would run.
protocol CompiledNetwork<E>: AnyObject {
  associatedtype E: Element
  /// This network, with its element type.
  var typed: Engine<E> { get }
  /// The number of weights, biases, scales and shifts, without padding.
  var parameterCount: Int { get }
  /// The number of units that go in and come out of all operations, including those inside blocks.
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

  /// The dense layers whose initial weights need data, counted from 1.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func layersWaitingForData() -> Set<Int> {
    Set(taps.filter { tap in tap.parameters.contains { $0.spec.needsData } }.map(\.layer))
  }

  var parameterCount: Int { parameters.reduce(0) { $0 + $1.rows * $1.columns } }
}
