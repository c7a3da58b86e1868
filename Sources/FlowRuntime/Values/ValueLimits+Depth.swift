// SPDX-License-Identifier: GPL-3.0-or-later

extension ValueLimits {
  /// How many lists and records may lie inside one another. Whatever goes through them all, down to freeing them, takes a
  /// frame of the stack for each.
  private static let depth = 1000

  /// How many parts `checkDepth` looks at before it takes a value for shallow.
  private static let mostVisited = 8 * depth

  /// Refuses a value whose parts lie too deep inside one another.
  ///
  /// It looks down, part after part, and turns back where a part leads nowhere, but not at all of a large value: that would
  /// take longer than making it.
  static func checkDepth(_ value: Value) throws(Complaint) {
    var visits = mostVisited
    if value.isDeeper(than: depth, &visits) {
      throw Complaint("too-large", "lists and records lie more than \(depth) deep inside one another")
    }
  }
}

extension Value {
  /// Whether lists and records are found to lie more than `depth` deep inside one another within so many visits.
  fileprivate func isDeeper(than depth: Int, _ visits: inout Int) -> Bool {
    switch self {
    case .list(let elements):
      if elements.numbers != nil { return false }
      // The ends are what loops add to.
      if elements.count <= 8 { return Self.isAnyDeeper(elements, depth, &visits) }
      return Self.isAnyDeeper(elements.prefix(4), depth, &visits)
        || Self.isAnyDeeper(elements.suffix(4), depth, &visits)
    case .record(let record): return Self.isAnyDeeper(record.values.prefix(8), depth, &visits)
    default: return false
    }
  }

  private static func isAnyDeeper(_ parts: some Sequence<Value>, _ depth: Int, _ visits: inout Int) -> Bool {
    for part in parts where part.hasParts {
      visits -= 1
      if visits < 0 { return false }
      if depth <= 1 || part.isDeeper(than: depth - 1, &visits) { return true }
    }
    return false
  }

  private var hasParts: Bool {
    switch self {
    case .list, .record: true
    default: false
    }
  }
}
