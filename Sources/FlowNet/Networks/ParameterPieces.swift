// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The parameters of a network in pieces of a fixed size, for passes over all its memory that threads share.
///
/// Sums are added up piece by piece in their order, whichever thread did a piece, so the bits do not depend on the
/// threads.
final class ParameterPieces {
  /// Elements of a piece: long enough to be worth handing over.
  static let length = 1 << 15

  struct Piece {
    let parameter: Int
    /// Where it starts in the network's memory, and how long it is.
    let offset: Int
    let count: Int
    /// True for the first piece of its parameter.
    let isFirst: Bool
  }

  let all: UnsafeMutableBufferPointer<Piece>
  let elements: Int
  /// ‖∂L/∂θ‖ of every parameter, as `measure` found it.
  let norms: UnsafeMutableBufferPointer<Double>
  /// The same of every piece; the same memory where no parameter has a second one.
  private let pieceNorms: UnsafeMutableBufferPointer<Double>

  /// Cuts the memory of the parameters. After a request to stop some pieces are missing.
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

  /// Measures the gradients: the norm of every parameter's, and gives that of all together.
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
