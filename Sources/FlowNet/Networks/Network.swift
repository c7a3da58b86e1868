// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network with the values of its parameters, which training and assignments change in place.
///
/// A network must not be used by several threads at the same time.
public final class Network: @unchecked Sendable {
  public let architecture: Architecture
  let engine: any CompiledNetwork
  /// The dense layers, counted from 1, whose initial weights have yet to be calibrated with data.
  var uncalibrated: Set<Int>
  /// The kinds of parameters some of whose initial values do not come from an initializer: they were assigned, or read
  /// from a file.
  var assigned: Set<ParameterKind> = []

  /// Compiles the architecture and draws the initial values. If a stop is requested, drawing ends early and the network
  /// must not be used.
  public convenience init(_ architecture: Architecture, seed: NetworkSeed) {
    self.init(architecture, drawingFrom: seed)
  }

  private init(_ architecture: Architecture, drawingFrom seed: NetworkSeed?) {
    self.architecture = architecture
    let graph = architecture.graph
    func compile<E: Element>(_ type: E.Type) -> any CompiledNetwork { Engine<E>.compile(graph, seed: seed) }
    engine = compile(architecture.precision.element)
    uncalibrated = Set(graph.parameters.filter { $0.spec.needsData }.compactMap(\.row))
  }

  deinit {
    if architecture.layers.count > slowToFree { releaseInBackgroundIfStopped(architecture) }
  }

  public var inputs: Int { architecture.inputs }
  public var outputs: Int { architecture.outputs }
  public var precision: Precision { architecture.precision }

  /// The number of dense layers.
  public var depth: Int { architecture.graph.rows.count }

  /// The number of weights, biases, scales and shifts.
  public var parameters: Int { Int(architecture.parameterCount) }

  /// Returns an independent network with the same values, and the same initial values to measure drift from.
  public func copy() -> Network { converted(to: precision) }

  /// Returns a copy of the network in another precision. Conversion to f64 is exact.
  public func converted(to precision: Precision) -> Network {
    let other = Network(architecture.with(precision: precision), drawingFrom: nil)
    other.uncalibrated = uncalibrated
    other.assigned = assigned
    func copy(_ source: some CompiledNetwork, to target: some CompiledNetwork) { target.typed.copy(from: source.typed) }
    copy(engine, to: other.engine)
    return other
  }
}

extension Network {
  /// Returns the compiled network. `type` must be the element type of the network's precision.
  func compiled<E: Element>(_ type: E.Type) -> Engine<E> { engine as! Engine<E> }
}
