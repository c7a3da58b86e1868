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
}

extension Engine: CompiledNetwork {
  var typed: Engine<E> { self }

  /// Compiles a graph; see `init`.
  @specialized(where E == Float)
  @specialized(where E == Double)
  static func compile(_ graph: Graph, seed: NetworkSeed?) -> Engine { Engine(graph, seed: seed) }
}
