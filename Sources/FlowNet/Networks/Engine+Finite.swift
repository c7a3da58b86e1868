// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Synchronization

extension Engine {
  /// Whether every pre-activation of the last pass is finite.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func isFinite(_ pool: ThreadPool) -> Bool {
    if let scalarChain { return scalarChain.isFinite }
    allFinite.store(true, ordering: .relaxed)
    let samples = probes.first?.dense.output?.rows ?? 0
    pool.run(probes.count, elements: samples * measuredUnits, self) { engine, range in
      for index in range {
        guard let z = engine.probes[index].dense.output, !Reduction.isFinite(z.pointer, z.count) else { continue }
        engine.allFinite.store(false, ordering: .relaxed)
      }
    }
    return allFinite.load(ordering: .relaxed)
  }
}
