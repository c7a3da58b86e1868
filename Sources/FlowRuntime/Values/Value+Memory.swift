// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

extension Complaint {
  /// Describes refused memory.
  init(_ refusal: MemoryRefusal) { self.init("out-of-memory", refusal.message) }
}

extension ValueLimits {
  /// Throws if the system refuses the given number of bytes.
  package static func requireMemory(_ bytes: Double) throws(Complaint) {
    try FlowMath.requireMemory(bytes) { Complaint($0) }
  }

  /// Throws if the system refuses the memory for a list of any values.
  static func requireMemory(elements count: Int) throws(Complaint) {
    try requireMemory(Double(count) * Double(MemoryLayout<Value>.stride))
  }

  /// Throws if the system refuses the memory for a list of numbers.
  static func requireMemory(numbers count: Int) throws(Complaint) {
    try requireMemory(Double(count) * Double(MemoryLayout<Double>.stride))
  }
}

extension Value {
  /// The approximate size in bytes, without what the elements refer to.
  var memory: Int {
    switch self {
    case .none, .number, .boolean, .function, .builtin: 0
    case .string(let text): text.utf8.count
    // Elements are counted as values, because a result made from numbers may not be one of numbers.
    case .list, .range: (elementCount ?? 0) * MemoryLayout<Value>.stride
    case .record(let record): record.count * MemoryLayout<Value>.stride
    case .table(let table): table.rowCount * table.columns.reduce(0) { $0 + $1.bytesPerCell }
    case .object(let object): object.memory
    }
  }
}
