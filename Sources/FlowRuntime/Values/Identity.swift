// SPDX-License-Identifier: GPL-3.0-or-later

/// What `unique` compares: the type and the source text, or the value itself if it determines both.
///
/// Unlike with `==` of the language, `nan` is identical to `nan`, and `-0` is not identical to `0`.
enum Identity: Hashable {
  case number(UInt64)
  case string(String)
  case other(String)

  init(_ value: Value) {
    switch value {
    case .number(let number): self = .number(number.identity)
    case .string(let text): self = .string(text)
    default: self = .other("\(value.typeName) \(value.source)")
    }
  }
}

extension Double {
  /// The bits of the number; those of one NaN for every NaN.
  var identity: UInt64 { (isNaN ? .nan : self).bitPattern }
}

/// A set of identities in many parts. None of them takes long to grow, so a stop takes effect soon.
struct IdentitySet<Member: Hashable> {
  private var parts = [Set<Member>](repeating: [], count: 256)

  /// Inserts an identity. Returns false if the set already contains it.
  mutating func insert(_ identity: Member) -> Bool {
    parts[identity.hashValue & (parts.count - 1)].insert(identity).inserted
  }
}
