// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The parameters of a network, cut into pieces so that threads can share passes over all of them.
///
/// The sums of the pieces are always added in the same order, so the bits do not depend on which thread computed which
/// piece.
final class ParameterPieces {
  /// The number of elements in a piece, except for the last piece of a parameter. It is large enough for a piece to be
  /// worth dispatching.
  static let length = 1 << 15

  struct Piece {
    let parameter: Int
    /// The position in the network's memory, in elements.
    let offset: Int
    let count: Int
    /// Whether the piece is the first one of its parameter.
    let isFirst: Bool
  }

  let all: UnsafeMutableBufferPointer<Piece>
  let elements: Int
  /// ‖∂L/∂θ‖ of each parameter, set by `measure`.
  let norms: UnsafeMutableBufferPointer<Double>
  /// ‖∂L/∂θ‖ of each piece. This is the memory of `norms` if every parameter has exactly one piece.
  private let pieceNorms: UnsafeMutableBufferPointer<Double>

  /// Cuts the memory of the given parameters into pieces. If a stop is requested, some pieces are missing.
  init<E: Element>(_ parameters: [Parameter<E>]) {
    elements = parameters.reduce(0) { $0 + $1.count }
    var pieces: [Piece] = []
    pieces.reserveCapacity(parameters.count)
    for (index, parameter) in parameters.enumerated().untilStopped {
      for start in stride(from: 0, to: parameter.count, by: Self.length) {
        pieces.append(
          Piece(
            parameter: index, offset: parameter.offset + start, count: min(Self.length, parameter.count - start),
            isFirst: start == 0))
      }
    }
    all = .allocate(capacity: pieces.count)
    _ = all.initialize(from: pieces)
    norms = .allocate(capacity: parameters.count)
    norms.initialize(repeating: 0)
    pieceNorms = pieces.count == parameters.count ? norms : .allocate(capacity: pieces.count)
    pieceNorms.initialize(repeating: 0)
  }

  deinit {
    if pieceNorms.baseAddress != norms.baseAddress { pieceNorms.deallocate() }
    norms.deallocate()
    all.deallocate()
  }

  /// Computes the norm of each parameter's gradient, and returns the norm of all gradients together.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func measure<E: Element>(_ gradients: Buffer<E>, _ pool: ThreadPool) -> Double {
    let start = UnsafePointer(gradients.pointer)
    pool.run(all.count, elements: elements, (start, all, pieceNorms)) { context, range in
      let (start, all, norms) = context
      for piece in range { norms[piece] = Reduction.norm(start + all[piece].offset, all[piece].count) }
    }
    if pieceNorms.count > norms.count {
      var first = 0
      for parameter in norms.indices {
        var end = first + 1
        while end < all.count, !all[end].isFirst { end += 1 }
        norms[parameter] = Reduction.norm(of: UnsafeMutableBufferPointer(rebasing: pieceNorms[first..<end]))
        first = end
      }
    }
    return Reduction.norm(of: norms)
  }
}
