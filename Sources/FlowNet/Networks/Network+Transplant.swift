// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// Returns a network of another architecture with the parameters of this one, row of the flow table by row, where
  /// their shapes agree. The other parameters have the initial values that `seed` determines.
  ///
  /// - Parameters:
  ///   - rows: For each row of the new network, the row of this one, counted from 1. By default, all rows in order.
  ///   - kinds: The kinds of parameters to copy.
  package func transplanted(
    to architecture: Architecture, rows: [Int]? = nil, kinds: Set<ParameterKind> = Set(ParameterKind.allCases),
    seed: NetworkSeed
  ) -> Network {
    let other = Network(architecture, seed: seed)
    for (index, source) in (rows ?? Array(1...depth)).enumerated().untilStopped where index < other.depth {
      for kind in other.layer(index + 1).parameters where kinds.contains(kind) {
        guard let numbers = numbers(layer: source, kind),
          numbers.count == other.numbers(layer: index + 1, kind)?.count
        else { continue }
        other.assign(layer: index + 1, kind, numbers)
      }
    }
    func copy(_ source: some CompiledNetwork, to target: some CompiledNetwork) {
      for kind in kinds { target.typed.copyLooseParameters(kind, from: source.typed) }
    }
    copy(engine, to: other.engine)
    return other
  }

  /// Returns a copy of the network in which all parameters of a kind are 0.
  package func zeroing(_ kind: ParameterKind) -> Network {
    let other = copy()
    func clear(_ engine: some CompiledNetwork) {
      for parameter in engine.typed.parameters.untilStopped where parameter.kind == kind {
        parameter.start(from: [Double](repeating: 0, count: parameter.rows * parameter.columns))
      }
    }
    clear(other.engine)
    return other
  }

  /// Returns whether any parameter of a kind is not 0.
  package func hasNonzero(_ kind: ParameterKind) -> Bool {
    func search(_ engine: some CompiledNetwork) -> Bool {
      engine.typed.parameters.untilStopped.contains { parameter in
        parameter.kind == kind && parameter.numbers(parameter.values).contains { $0 != 0 }
      }
    }
    return search(engine)
  }

  /// Returns whether all parameters of a kind still have the values that their initializers gave them.
  package func hasInitialValues(_ kind: ParameterKind) -> Bool {
    if assigned.contains(kind) { return false }
    func compare(_ engine: some CompiledNetwork) -> Bool {
      engine.typed.parameters.untilStopped.allSatisfy { parameter in
        parameter.kind != kind || parameter.numbers(parameter.values) == parameter.numbers(parameter.initial)
      }
    }
    return compare(engine)
  }
}

extension Engine {
  /// Copies the parameters of a kind that belong to no row, such as those of projections, if both networks have the
  /// same ones.
  fileprivate func copyLooseParameters<Source: Element>(_ kind: ParameterKind, from source: Engine<Source>) {
    let own = parameters.filter { $0.layer == nil && $0.kind == kind }
    let others = source.parameters.filter { $0.layer == nil && $0.kind == kind }
    guard own.count == others.count,
      zip(own, others).allSatisfy({ ($0.rows, $0.columns) == ($1.rows, $1.columns) })
    else { return }
    for (mine, theirs) in zip(own, others).untilStopped { mine.start(from: theirs.numbers(theirs.values)) }
  }
}
