// SPDX-License-Identifier: GPL-3.0-or-later

/// What `unique` tells values apart by: the type and the source text, without the text where the value itself will do.
///
/// Unlike `==` of the language, `nan` is the same as `nan`, and `-0` is not the same as `0`.
enum Identity: Hashable {
  /// The bits of a number; those of one nan stand for all.
  case number(UInt64)
  case string(String)
  case other(String)

  init(_ value: Value) {
    switch value {
    case .number(let number): self = .number((number.isNaN ? Double.nan : number).bitPattern)
    case .string(let text): self = .string(text)
    default: self = .other("\(value.typeName) \(value.source)")
    }
  }
}

/// A set of identities in many parts: none of them takes long to grow, so that a stop need not wait for it.
struct IdentitySet {
  private var parts = [Set<Identity>](repeating: [], count: 256)

  /// Adds an identity; false if it is there already.
  mutating func insert(_ identity: Identity) -> Bool {
    parts[identity.hashValue & (parts.count - 1)].insert(identity).inserted
  }
}
