// SPDX-License-Identifier: GPL-3.0-or-later

/// What `unique` compares. Values are identical if they are equal as a whole, and `nan` is identical to `nan`.
indirect enum Identity: Hashable {
  case none
  case boolean(Bool)
  case number(UInt64)
  /// A string, or a choice such as an activation, which equals its name.
  case string(String)
  case numbers([UInt64])
  case list([Identity])
  case record(names: [String], [Identity])
  case function(ObjectIdentifier)
  case builtin(String)
  case object(ObjectIdentity)
  /// A range that is too long for a list.
  case range(NumberRange)

  init(_ value: Value) {
    if let text = value.choiceText {
      self = .string(text)
      return
    }
    switch value {
    case .none: self = .none
    case .boolean(let truth): self = .boolean(truth)
    case .number(let number): self = .number(number.identity)
    case .string(let text): self = .string(text)
    case .record(let record): self = .record(names: Array(record.keys), record.values.untilStopped.map(Identity.init))
    case .table(let table):
      self = .record(names: ["table"] + table.columnNames, table.columns.map { Identity($0.values) })
    case .function(let function): self = .function(ObjectIdentifier(function))
    case .builtin(let overloads): self = .builtin(overloads.name)
    case .object(let object): self = .object(ObjectIdentity(object: object))
    case .list(let elements): self = Identity(elements)
    case .range(let range): self = value.elements.map { Identity($0) } ?? .range(range)
    }
  }

  /// How a list is stored makes no difference.
  private init(_ elements: List) {
    if let numbers = elements.numbers {
      self = .numbers(numbers.untilStopped.map(\.identity))
      return
    }
    let parts = elements.untilStopped.map(Identity.init)
    let numbers = parts.compactMap { if case .number(let bits) = $0 { bits } else { nil } }
    self = numbers.count == parts.count ? .numbers(numbers) : .list(parts)
  }
}

/// An object as a key.
struct ObjectIdentity: Hashable {
  let object: any DomainObject

  static func == (left: ObjectIdentity, right: ObjectIdentity) -> Bool { left.object.isEqual(to: right.object) }

  func hash(into hasher: inout Hasher) { hasher.combine(object.typeName) }
}

extension Double {
  /// The bits of the number; those of one NaN for every NaN, and those of 0 for -0.
  var identity: UInt64 { (isNaN ? .nan : self == 0 ? 0 : self).bitPattern }
}

/// A set of identities in many parts. None of them takes long to grow, so a stop takes effect soon.
struct IdentitySet<Member: Hashable> {
  private var parts = [Set<Member>](repeating: [], count: 256)

  /// The number of identities.
  var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// Inserts an identity. Returns false if the set already contains it.
  @discardableResult
  mutating func insert(_ identity: Member) -> Bool {
    parts[identity.hashValue & (parts.count - 1)].insert(identity).inserted
  }
}
