// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

extension Call {
  /// Distinct names for the networks, runs or recordings that the call compares: what the caller wrote, or for the elements
  /// of a list in a variable the source of each network, if that is short and tells them apart.
  var subjectNames: [String] {
    guard restIsUnnamed else { return restNames }
    let sources = rest.map { value in
      if case .object(let object) = value {
        object.architecture.map { CallWriter(registry).source($0.blueprint) }
      } else {
        nil as String?
      }
    }
    let short = sources.compactMap(\.self).filter { $0.count <= 40 }
    return short.count == rest.count && Set(short).count == short.count ? short : restNames
  }
}

extension DomainObject {
  /// The architecture of a network or of the network of a run.
  fileprivate var architecture: Architecture? {
    (self as? NetworkObject)?.network.architecture ?? (self as? RunObject)?.run.network.architecture
  }
}
