// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network with its numbers: a reference, changed by training and by assignment.
///
/// One thread uses a network at a time.
public final class Network: @unchecked Sendable {
  /// What it is made of.
  public let architecture: Architecture
  let engine: any CompiledNetwork
  /// The dense layers whose initial weights wait for data, counted from 1.
  var uncalibrated: Set<Int>

  /// Compiles the architecture and draws the initial values. If a stop is requested, drawing ends early and the network
  /// must not be used.
  public convenience init(_ architecture: Architecture, seed: NetworkSeed) {
    self.init(architecture, drawingFrom: seed)
  }

  private init(_ architecture: Architecture, drawingFrom seed: NetworkSeed?) {
    self.architecture = architecture
    func compile<E: Element>(_ type: E.Type) -> any CompiledNetwork {
      Engine<E>.compile(architecture, seed: seed)
    }
    func layersWaitingForData(_ engine: some CompiledNetwork) -> Set<Int> {
      engine.typed.layersWaitingForData()
    }
    engine = compile(architecture.precision.element)
    uncalibrated = layersWaitingForData(engine)
  }

  deinit {
    if architecture.layers.count > slowToFree { releaseInBackgroundIfStopped(architecture) }
  }

  /// Units that go in.
  public var inputs: Int { architecture.inputs }
  /// Units that come out.
  public var outputs: Int { architecture.outputs }
  /// The element type.
  public var precision: Precision { architecture.precision }

  /// The number of dense layers.
  public var depth: Int { engine.depth }

  /// The number of weights, biases, scales and shifts.
  public var parameters: Int { engine.parameterCount }

  /// A network of its own with the same numbers, and the same starting point for drift.
  public func copy() -> Network { converted(to: precision) }

  /// The same network in another precision; to f64 every number is kept exactly.
  public func converted(to precision: Precision) -> Network {
    let other = Network(architecture.with(precision: precision), drawingFrom: nil)
    other.uncalibrated = uncalibrated
    func copy(_ source: some CompiledNetwork, to target: some CompiledNetwork) { target.typed.copy(from: source.typed) }
    copy(engine, to: other.engine)
    return other
  }
}

extension Network {
  /// The compiled network; the type has to be that of the network's precision.
  func compiled<E: Element>(_ type: E.Type) -> Engine<E> { engine as! Engine<E> }
}
