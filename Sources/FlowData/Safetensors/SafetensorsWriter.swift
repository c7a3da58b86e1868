// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Builds a safetensors file. Equal content results in equal bytes.
public struct SafetensorsWriter {
  /// The precisions in which numbers can be written.
  public enum Precision: Sendable {
    case f32, f64

    var size: Int { type.bits / 8 }
    var type: SafetensorsFile.ElementType { self == .f32 ? .f32 : .f64 }
  }

  private struct Tensor {
    let name: String
    let precision: Precision
    let shape: [Int]
    let numbers: () -> [Double]

    var count: Int { shape.reduce(1, *) }
  }

  private var metadata: [String: String]
  private var tensors: [Tensor] = []

  /// Creates a writer for a file with the given texts and no tensors.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor with a unique name. `numbers` is called when the file is built, and must return the elements row by
  /// row, as many as the shape requires.
  public mutating func add(_ name: String, _ precision: Precision, shape: [Int], _ numbers: @escaping () -> [Double]) {
    tensors.append(Tensor(name: name, precision: precision, shape: shape, numbers: numbers))
  }

  /// The bytes of the file, with the tensors in order of their names. Incomplete or empty if a stop is requested.
  public var bytes: [UInt8] {
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      entries.append("\"\(SafetensorsHeader.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    let ordered = tensors.sortedUntilStopped { $0.name < $1.name }
    var size = 0
    for tensor in ordered.untilStopped {
      let start = size
      size += tensor.count * tensor.precision.size
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(Self.quoted(tensor.name)):{\"data_offsets\":[\(start),\(size)],"
          + "\"dtype\":\"\(tensor.precision.type.rawValue)\",\"shape\":[\(shape)]}")
    }
    if StopToken.current.isRequested { return [] }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    // Pad with blanks, so that the numbers start at a multiple of 8.
    header += [UInt8](repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    var bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init)
    bytes.reserveCapacity(bytes.count + header.count + size)
    bytes += header
    for tensor in ordered.untilStopped {
      let numbers = tensor.numbers()
      precondition(numbers.count == tensor.count, "the number of elements must match the shape")
      Self.append(numbers, tensor.precision, to: &bytes)
    }
    return bytes
  }

  private static func append(_ numbers: [Double], _ precision: Precision, to bytes: inout [UInt8]) {
    let piece = 1 << 16
    let stop = StopToken.current
    for start in stride(from: 0, to: numbers.count, by: piece) where !stop.isRequested {
      let part = numbers[start..<min(start + piece, numbers.count)]
      switch precision {
      case .f32: part.map { Float($0).bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
      case .f64: part.map { $0.bitPattern.littleEndian }.withUnsafeBytes { bytes.append(contentsOf: $0) }
      }
    }
  }

  /// Returns a text as a JSON string.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
