// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A search for orders of a file's layers that fit a network. It ends when it has found two.
struct OrderSearch {
  /// The largest number of layers for which a search is attempted.
  static let limit = 400

  private(set) var found: [[Int]] = []
  /// Whether the search did not give up: it tried every order or found two.
  var isComplete: Bool { steps < Self.patience }

  private let fits: [[Int]]
  /// For each layer of the file, the layers that come before it.
  private let predecessors: [Set<Int>]
  private var order: [Int] = []
  private var used: Set<Int> = []
  private var steps = 0
  private let stop = StopToken.current

  /// The number of steps after which the search gives up.
  private static let patience = 100_000

  init(network: [FileLayer], file: [FileLayer], names: [LayerName]) {
    fits = network.map { layer in file.indices.filter { layer.takes(file[$0]) } }
    predecessors = names.map { name in Set(names.indices.filter { names[$0].comesBefore(name) }) }
  }

  mutating func run() {
    guard order.count < fits.count else { return found.append(order) }
    for candidate in fits[order.count] {
      guard found.count < 2, isComplete, !stop.isRequested else { return }
      steps += 1
      guard !used.contains(candidate), predecessors[candidate].isSubset(of: used) else { continue }
      order.append(candidate)
      used.insert(candidate)
      run()
      order.removeLast()
      used.remove(candidate)
    }
  }
}
