// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Synchronization

/// Passes over all the memory of a network, shared out among the threads in pieces of a fixed size.
extension Engine {
  /// Elements of a piece: long enough to be worth handing over.
  static var piece: Int { 1 << 15 }

  /// ‖∂L/∂θ‖ over all parameters; the pieces are added up in their order, whoever measured them.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func gradientNorm(_ pool: ThreadPool) -> Double {
    let gradients = memory.gradients
    let pieces = pieceNorms.count
    guard pieces > 1 else { return Reduction.norm(gradients.pointer, gradients.count) }
    pool.run(pieces) { index in
      let start = index * Self.piece
      pieceNorms[index] = Reduction.norm(gradients.pointer + start, min(Self.piece, gradients.count - start))
    }
    return Reduction.norm(of: pieceNorms)
  }

  /// Whether every pre-activation of the last pass is finite.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isFinite(_ pool: ThreadPool) -> Bool {
    let isFine = Atomic<Bool>(true)
    inGroups(probes.count, work: (probes.first?.dense.output?.rows ?? 0) * measuredUnits, pool) { index in
      guard let z = probes[index].dense.output, !Reduction.isFinite(z.pointer, z.count) else { return }
      isFine.store(false, ordering: .relaxed)
    }
    return isFine.load(ordering: .relaxed)
  }
}
