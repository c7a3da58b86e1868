// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A row-major matrix of input values, in as few bytes as the values allow.
///
/// Pixels stay bytes: the 60,000 images of Fashion-MNIST take 47 MB, where 64-bit numbers would take 376 MB.
@usableFromInline
package enum DataValues: Sendable {
  /// Values `byte / divisor`.
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

  /// The same values in rows picked from this matrix of rows `width` wide.
  func picking(_ rows: some Collection<Int32>, width: Int) -> DataValues {
    switch self {
    case .bytes(let bytes, let divisor): .bytes(bytes.picking(rows, width: width), divisor: divisor)
    case .doubles(let numbers): .doubles(numbers.picking(rows, width: width))
    }
  }
}

/// Numbers arriving one by one, kept as bytes for as long as they all are whole and within 0...255.
struct DataValuesBuilder {
  private var bytes: [UInt8] = []
  private var numbers: [Double] = []
  private var isWide = false

  init(capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// Appends a number. After a request to stop some of those before it may be missing.
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

  /// Returns the matrix, every value of it divided by `divisor`; some are missing after a request to stop.
  func finish(divisor: UInt8) -> DataValues {
    guard isWide else { return .bytes(bytes, divisor: divisor) }
    return .doubles(divisor == 1 ? numbers : numbers.untilStopped.map { $0 / Double(divisor) })
  }
}

extension Array {
  /// The rows picked from a row-major matrix; fewer of them after a request to stop.
  func picking(_ rows: some Collection<Int32>, width: Int) -> [Element] {
    var picked: [Element] = []
    picked.reserveCapacity(rows.count * width)
    for row in rows.untilStopped { picked.append(contentsOf: self[Int(row) * width..<(Int(row) + 1) * width]) }
    return picked
  }
}
