// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A row-major matrix of input values, stored as compactly as the values allow.
///
/// Pixels are stored as bytes: the 60,000 images of Fashion-MNIST take 47 MB, while 64-bit numbers would take 376 MB.
@usableFromInline
package enum DataValues: Sendable {
  /// The values `byte / divisor`.
  case bytes([UInt8], divisor: UInt8)
  case doubles([Double])

  package var count: Int {
    switch self {
    case .bytes(let bytes, _): bytes.count
    case .doubles(let numbers): numbers.count
    }
  }

  /// The memory taken, in bytes.
  package var memory: Int {
    switch self {
    case .bytes(let bytes, _): bytes.count
    case .doubles(let numbers): numbers.count * MemoryLayout<Double>.stride
    }
  }

  /// The value at a position, row by row.
  subscript(position: Int) -> Double {
    switch self {
    case .bytes(let bytes, let divisor): Double(bytes[position]) / Double(divisor)
    case .doubles(let numbers): numbers[position]
    }
  }

  /// Returns the given rows of this matrix, whose rows are `width` wide.
  func picking(_ rows: some Collection<Int32>, width: Int) -> DataValues {
    switch self {
    case .bytes(let bytes, let divisor): .bytes(bytes.picking(rows, width: width), divisor: divisor)
    case .doubles(let numbers): .doubles(numbers.picking(rows, width: width))
    }
  }
}

/// Collects numbers one at a time. They are stored as bytes as long as all of them are whole and within 0...255.
struct DataValuesBuilder {
  private var bytes: [UInt8] = []
  private var numbers: [Double] = []
  private var isWide = false

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// The number of values.
  var count: Int { isWide ? numbers.count : bytes.count }

  /// Removes the last values.
  mutating func removeLast(_ count: Int) {
    if isWide { numbers.removeLast(count) } else { bytes.removeLast(count) }
  }

  /// Appends a number. If a stop is requested, some of the previous numbers may be lost.
  mutating func append(_ number: Double) {
    if isWide {
      numbers.append(number)
    } else if let byte = UInt8(exactly: number), number.sign == .plus {
      bytes.append(byte)
    } else {
      isWide = true
      numbers.reserveCapacity(bytes.capacity)
      for byte in bytes.untilStopped { numbers.append(Double(byte)) }
      bytes = []
      numbers.append(number)
    }
  }

  /// Returns the matrix with every value divided by `divisor`. If a stop is requested, some values are missing.
  func finish(divisor: UInt8) -> DataValues {
    guard isWide else { return .bytes(bytes, divisor: divisor) }
    return .doubles(divisor == 1 ? numbers : numbers.untilStopped.map { $0 / Double(divisor) })
  }
}

extension Array {
  /// Returns the given rows of a row-major matrix; fewer if a stop is requested.
  func picking(_ rows: some Collection<Int32>, width: Int) -> [Element] {
    var picked: [Element] = []
    picked.reserveCapacity(rows.count * width)
    for row in rows.untilStopped { picked.append(contentsOf: self[Int(row) * width..<(Int(row) + 1) * width]) }
    return picked
  }
}
