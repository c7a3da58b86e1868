// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A type of real numbers in a file, in the notation of NumPy: byte order, kind and size, such as `<f8`.
struct NumberType {
  private enum Kind { case float, signed, unsigned, boolean }

  private let kind: Kind
  private let isBigEndian: Bool
  /// The size of an element in bytes.
  let size: Int

  init?(_ name: String) {
    var name = Substring(name)
    isBigEndian = name.first == ">"
    if let first = name.first, "<>|=".contains(first) { name.removeFirst() }
    switch name {
    case "f8", "f4", "f2": kind = .float
    case "i8", "i4", "i2", "i1": kind = .signed
    case "u8", "u4", "u2", "u1": kind = .unsigned
    case "b1", "?": kind = .boolean
    default: return nil
    }
    size = name == "?" ? 1 : name.last.flatMap(\.wholeNumberValue) ?? 1
  }

  var isBoolean: Bool { kind == .boolean }

  /// Returns the elements in bytes, fewer if a stop is requested.
  func numbers(_ bytes: ArraySlice<UInt8>) -> [Double] {
    bytes.withUnsafeBytes { bytes in
      switch (kind, size) {
      case (.float, 8): read(bytes, UInt64.self) { Double(bitPattern: $0) }
      case (.float, 4): read(bytes, UInt32.self) { Double(Float(bitPattern: $0)) }
      case (.float, _): read(bytes, UInt16.self) { Double(Float16(bitPattern: $0)) }
      case (.signed, 8): read(bytes, Int64.self) { Double($0) }
      case (.signed, 4): read(bytes, Int32.self) { Double($0) }
      case (.signed, 2): read(bytes, Int16.self) { Double($0) }
      case (.signed, _): read(bytes, Int8.self) { Double($0) }
      case (.unsigned, 8): read(bytes, UInt64.self) { Double($0) }
      case (.unsigned, 4): read(bytes, UInt32.self) { Double($0) }
      case (.unsigned, 2): read(bytes, UInt16.self) { Double($0) }
      case (.unsigned, _): read(bytes, UInt8.self) { Double($0) }
      case (.boolean, _): read(bytes, UInt8.self) { $0 == 0 ? 0 : 1 }
      }
    }
  }

  private func read<Bits: FixedWidthInteger>(
    _ bytes: UnsafeRawBufferPointer, _ type: Bits.Type, _ value: (Bits) -> Double
  ) -> [Double] {
    var numbers: [Double] = []
    numbers.reserveCapacity(bytes.count / MemoryLayout<Bits>.size)
    for place in stride(from: 0, to: bytes.count, by: MemoryLayout<Bits>.size).untilStopped {
      let bits = bytes.loadUnaligned(fromByteOffset: place, as: type)
      numbers.append(value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)))
    }
    return numbers
  }
}
