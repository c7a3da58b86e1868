// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Network {
  /// Returns a network of another architecture with the parameters of this one, row of the flow table by row, where
  /// their shapes agree. The other parameters have the initial values that `seed` determines.
  ///
  /// - Parameter rows: For each row of the new network, the row of this one, counted from 1. By default, all rows in
  ///   order.
  package func transplanted(to architecture: Architecture, rows: [Int]? = nil, seed: NetworkSeed) -> Network {
    let other = Network(architecture, seed: seed)
    for (index, source) in (rows ?? Array(1...depth)).enumerated().untilStopped where index < other.depth {
      for kind in other.layer(index + 1).parameters {
        guard let numbers = numbers(layer: source, kind),
          numbers.count == other.numbers(layer: index + 1, kind)?.count
        else { continue }
        other.assign(layer: index + 1, kind, numbers)
      }
    }
    other.copyLooseParameters(from: self)
    return other
  }

  /// Copies the parameters that belong to no row, such as those of projections, if both networks have the same ones.
  private func copyLooseParameters(from source: Network) {
    func loose(_ network: Network) -> [Int] {
      network.architecture.graph.parameters.indices.filter { network.architecture.graph.parameters[$0].row == nil }
    }
    let (own, others) = (loose(self), loose(source))
    if own.isEmpty || own.count != others.count { return }
    var numbers = allParameters
    let values = source.allParameters
    guard zip(own, others).allSatisfy({ numbers[$0].count == values[$1].count }) else { return }
    for (mine, theirs) in zip(own, others) { numbers[mine] = values[theirs] }
    allParameters = numbers
  }
}
