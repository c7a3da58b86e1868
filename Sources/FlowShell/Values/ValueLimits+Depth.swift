// SPDX-License-Identifier: GPL-3.0-or-later

extension ValueLimits {
  /// How many lists and records may lie inside one another. Whatever goes through them all, down to freeing them, takes a
  /// frame of the stack for each.
  private static let depth = 1000

  /// Refuses a value whose parts lie too deep inside one another.
  ///
  /// It looks along one way down, past parts that lead nowhere, as loops make it: the way through all parts would take
  /// longer than making them.
  static func checkDepth(_ value: Value) throws(Complaint) {
    var level = value
    var depth = 1
    while let next = level.wayDown {
      depth += 1
      guard depth <= Self.depth else {
        throw Complaint("too-large", "lists and records lie more than \(Self.depth) deep inside one another")
      }
      level = next
    }
  }
}

extension Value {
  /// Some of the parts, at both ends, that have parts themselves.
  private var nestedEnds: [Value] {
    switch self {
    case .list(let elements):
      (elements.count <= 8 ? elements[...] : elements.prefix(4) + elements.suffix(4)).filter(\.hasParts)
    case .record(let record): record.values.prefix(8).filter(\.hasParts)
    default: []
    }
  }

  private var hasParts: Bool {
    switch self {
    case .list, .record: true
    default: false
    }
  }

  /// The part through which the way leads furthest, as far as two steps tell.
  fileprivate var wayDown: Value? {
    let parts = nestedEnds
    return parts.count > 1 ? parts.first { !$0.nestedEnds.isEmpty } ?? parts[0] : parts.first
  }
}
