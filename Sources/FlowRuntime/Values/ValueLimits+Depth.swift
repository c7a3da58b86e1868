// SPDX-License-Identifier: GPL-3.0-or-later

extension ValueLimits {
  /// The maximum depth of nested lists and records. Everything that walks through them, even releasing them, recurses once
  /// per level.
  private static let depth = 1000

  /// The number of parts that `checkDepth` visits before it accepts a value.
  private static let mostVisited = 8 * depth

  /// Throws if lists and records are nested too deeply.
  ///
  /// The search goes depth first and visits only some of the parts of a large value, because visiting all of them would take
  /// longer than creating the value.
  static func checkDepth(_ value: Value) throws(Complaint) {
    var visits = mostVisited
    if value.isDeeper(than: depth, &visits) {
      throw Complaint("too-large", "lists and records are nested more than \(depth) levels deep")
    }
  }
}

extension Value {
  /// Returns whether a search finds lists and records nested more than `depth` levels deep. Decrements `visits` for each
  /// part that it visits and stops at 0.
  fileprivate func isDeeper(than depth: Int, _ visits: inout Int) -> Bool {
    switch self {
    case .list(let elements):
      if elements.isFlat { return false }
      // Loops add to the ends of a list.
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
