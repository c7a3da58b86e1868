// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Synchronization

extension Engine {
  /// Whether every pre-activation of the last pass is finite.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isFinite(_ pool: ThreadPool) -> Bool {
    if let scalarChain { return scalarChain.isFinite }
    let isFine = Atomic<Bool>(true)
    inGroups(probes.count, work: (probes.first?.dense.output?.rows ?? 0) * measuredUnits, pool) { index in
      guard let z = probes[index].dense.output, !Reduction.isFinite(z.pointer, z.count) else { return }
      isFine.store(false, ordering: .relaxed)
    }
    return isFine.load(ordering: .relaxed)
  }
}
