// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An array of numbers that persist from one training step to the next but are not trained, such as the running means
/// of a batch normalisation. It is a window into the network's memory.
struct StateArray<E: Element> {
  let source: GraphState
  let pointer: UnsafeMutablePointer<E>

  init(_ source: GraphState, offset: Int, _ memory: ParameterMemory<E>) {
    self.source = source
    pointer = memory.state.pointer + offset
  }

  /// The number of elements in memory, including the padding.
  static func count(_ spec: StateSpec) -> Int { Matrix<E>.padded(spec.count) }

  var count: Int { source.spec.count }

  /// Sets all elements to their initial value.
  func start() { pointer.update(repeating: E(source.spec.start), count: count) }

  var numbers: [Double] {
    get { (0..<count).map { Double(pointer[$0]) } }
    nonmutating set { for (place, number) in newValue.enumerated() { pointer[place] = E(number) } }
  }
}
