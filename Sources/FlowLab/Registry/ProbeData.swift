// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowRuntime
import Synchronization

/// What networks are measured on where no data are given: 256 standard normal samples, always the same ones for a seed.
///
/// Small sets are kept, because the networks of a sweep are often of one shape.
final class ProbeData: SessionResource {
  private struct Key: Hashable {
    let seed: UInt64
    let inputs: Int
    let outputs: Int
  }

  private let known = Mutex<[Key: DataSet]>([:])

  private static let samples = 256
  /// Numbers of a set that is kept, and how many of them: 16 MB together.
  private static let (mostNumbers, mostKnown) = (1 << 17, 16)

  func standardNormal(seed: UInt64, inputs: Int, outputs: Int) throws(DataError) -> DataSet {
    let key = Key(seed: seed, inputs: inputs, outputs: outputs)
    if let data = known.withLock({ $0[key] }) { return data }
    let stream = RandomStream(seed: seed, purpose: .data, index: .max)
    let data = try DataGenerators.standardNormal(Self.samples, inputs: inputs, outputs: outputs, stream)
    if Self.samples * (inputs + outputs) <= Self.mostNumbers {
      known.withLock { known in
        if known.count >= Self.mostKnown { known.removeAll() }
        known[key] = data
      }
    }
    return data
  }
}
