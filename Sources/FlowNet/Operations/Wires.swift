// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Positions in a list, of which there is at least one. Almost all operations have one input and one reader, and a
/// single position needs no memory of its own.
struct Positions {
  private var first: Int
  private var rest: [Int] = []

  init(_ first: Int, _ rest: Int...) {
    self.first = first
    self.rest = rest
  }

  var count: Int { 1 + rest.count }
  subscript(index: Int) -> Int { index == 0 ? first : rest[index - 1] }
  mutating func append(_ position: Int) { rest.append(position) }

  /// Returns the positions after each of them was replaced.
  func map(_ transform: (Int) -> Int) -> Positions {
    var other = self
    other.first = transform(first)
    for index in rest.indices { other.rest[index] = transform(rest[index]) }
    return other
  }
}

/// Some of the matrices of a connected network: the inputs of an operation, or the gradients that reach it or leave it.
struct Wires<E: Element> {
  let matrices: UnsafeMutablePointer<Matrix<E>>
  let positions: Positions

  var count: Int { positions.count }

  subscript(index: Int) -> Matrix<E> {
    get { matrices[positions[index]] }
    nonmutating set { matrices[positions[index]] = newValue }
  }
}
