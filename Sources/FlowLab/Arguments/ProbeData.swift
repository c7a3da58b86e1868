// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowNet
import FlowRuntime

/// The data that networks are measured on by default: 256 standard normal samples, which depend only on the seed and
/// the shape of the network.
///
/// Small sets are cached, because the networks of a sweep often have the same shape.
final class ProbeData: SessionResource {
  private struct Key: Hashable {
    let seed: UInt64
    let inputs: Int
    let outputs: Int
  }

  private let known = Guarded<[Key: DataSet]>([:])

  private static let samples = 256
  /// The maximum number of values in a cached set, and of cached sets. Together they take at most 16 MB.
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
