// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// An array of numbers that an operation keeps from one training step to the next and that is not trained, such as the
/// running means of a batch normalisation. It is a window into the network's memory.
final class StateArray<E: Element> {
  /// The name in files, after the path of the operation. It is that of PyTorch.
  let name: String
  /// The module in the files of the network; see `ModuleTree`.
  let module: Int
  let count: Int
  /// The number that every element has at the start.
  private let start: Double
  /// The position in the network's memory, in elements.
  private let offset: Int
  private(set) var pointer = UnsafeMutablePointer<E>(bitPattern: MemoryLayout<E>.alignment)!

  init(_ name: String, module: Int, count: Int, start: Double, offset: Int) {
    self.name = name
    self.module = module
    self.count = count
    self.start = start
    self.offset = offset
  }

  /// The number of elements in memory, including the padding.
  var paddedCount: Int { Matrix<E>.padded(count) }

  /// Assigns the memory and the start. Called once, when the memory of the network exists.
  func place(_ memory: ParameterMemory<E>) {
    pointer = memory.state.pointer + offset
    pointer.update(repeating: E(start), count: count)
  }

  var numbers: [Double] {
    get { (0..<count).map { Double(pointer[$0]) } }
    set { for (place, number) in newValue.enumerated() { pointer[place] = E(number) } }
  }
}
