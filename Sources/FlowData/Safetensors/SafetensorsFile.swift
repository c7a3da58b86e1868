// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A file of named tensors: the length of the header in 8 bytes, the header in JSON, then the numbers, row by row. The
/// length and the numbers are little-endian. Source: https://github.com/huggingface/safetensors, README, "Format".
public struct SafetensorsFile: Sendable {
  /// A tensor's entry in the header.
  public struct Tensor: Sendable, Equatable {
    public let type: ElementType
    /// The dimensions. The last index varies fastest.
    public let shape: [Int]
    /// The range of the tensor's bytes, counted from the end of the header.
    let offsets: Range<Int>
  }

  /// Texts that describe the file.
  public let metadata: [String: String]
  /// The entries of all tensors by name. The file is known to contain as many bytes for each tensor as its type and
  /// shape need.
  public let tensors: [String: Tensor]
  private let bytes: [UInt8]
  private let dataStart: Int

  /// The maximum number of bytes of a header, as in other readers of the format.
  static let headerLimit = 100_000_000

  /// Reads a file from its bytes. Throws if it has another format or is damaged, or if a stop is requested.
  ///
  /// Every size in the header is checked: each tensor has as many bytes as its shape needs, and the bytes of the
  /// tensors cover the rest of the file without gaps and overlaps.
  public init(_ bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else { throw .foreign("it has only \(bytes.count) bytes") }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { throw .foreign("its header does not begin with {") }
    guard length <= Self.headerLimit else {
      throw .foreign("the length of its header is \(length), more than the limit of \(Self.headerLimit)")
    }
    dataStart = 8 + Int(length)
    guard dataStart <= bytes.count else {
      throw .damaged("the length of the header is \(length), but only \(bytes.count - 8) bytes follow")
    }
    let header = try SafetensorsHeader(bytes[8..<dataStart])
    let room = bytes.count - dataStart
    var end = 0
    // If an empty tensor and another one start at the same offset, the empty one comes first.
    let ordered = header.tensors.map { (name: $0.key, offsets: $0.value.offsets) }.sortedUntilStopped {
      ($0.offsets.lowerBound, $0.offsets.upperBound, $0.name) < ($1.offsets.lowerBound, $1.offsets.upperBound, $1.name)
    }
    if StopToken.current.isRequested { throw .stopped }
    for (name, offsets) in ordered {
      guard offsets.lowerBound == end else {
        let what = offsets.lowerBound < end ? "overlap those of another tensor" : "leave a gap before them"
        throw .tensor(name, "data_offsets", "[\(offsets.lowerBound), \(offsets.upperBound)] \(what)")
      }
      guard offsets.upperBound <= room else {
        throw .tensor(
          name, "data_offsets", "[\(offsets.lowerBound), \(offsets.upperBound)] end beyond the \(room) bytes of data")
      }
      end = offsets.upperBound
    }
    guard end == room else { throw .damaged("its tensors have \(end) bytes, but \(room) bytes follow the header") }
    metadata = header.metadata
    tensors = header.tensors
    self.bytes = bytes
  }

  /// The bytes of a tensor.
  package func bytes(of tensor: Tensor) -> ArraySlice<UInt8> {
    bytes[dataStart + tensor.offsets.lowerBound..<dataStart + tensor.offsets.upperBound]
  }

  /// The names of the tensors in the order of their bytes.
  package var namesInOrder: [String] {
    tensors.sorted { ($0.value.offsets.lowerBound, $0.key) < ($1.value.offsets.lowerBound, $1.key) }.map(\.key)
  }

  /// Returns the elements of a tensor, row by row; fewer if a stop is requested. Returns nil if there is no such tensor
  /// or `isWeight` is false for its type.
  public func numbers(_ name: String) -> [Double]? {
    guard let tensor = tensors[name], let format = tensor.type.format else { return nil }
    let data = dataStart + tensor.offsets.lowerBound..<dataStart + tensor.offsets.upperBound
    return bytes.withUnsafeBytes { bytes in
      let data = UnsafeRawBufferPointer(rebasing: bytes[data])
      func read<Bits: FixedWidthInteger>(_ type: Bits.Type, _ value: (Bits) -> Double) -> [Double] {
        var numbers: [Double] = []
        numbers.reserveCapacity(data.count / MemoryLayout<Bits>.size)
        for place in stride(from: 0, to: data.count, by: MemoryLayout<Bits>.size).untilStopped {
          numbers.append(value(Bits(littleEndian: data.loadUnaligned(fromByteOffset: place, as: type))))
        }
        return numbers
      }
      return switch format {
      case .f64: read(UInt64.self) { Double(bitPattern: $0) }
      case .f32: read(UInt32.self) { Double(Float(bitPattern: $0)) }
      case .f16: read(UInt16.self) { Double(Float16(bitPattern: $0)) }
      case .bf16: read(UInt16.self) { Double(Float(bitPattern: UInt32($0) << 16)) }
      }
    }
  }
}

extension SafetensorsFile {
  /// The element types of the format.
  public enum ElementType: String, Sendable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case i32 = "I32"
    case i16 = "I16"
    case i8 = "I8"
    case u64 = "U64"
    case u32 = "U32"
    case u16 = "U16"
    case u8 = "U8"
    case bool = "BOOL"
    case c64 = "C64"
    case f8e5m2 = "F8_E5M2"
    case f8e4m3 = "F8_E4M3"
    case f8e8m0 = "F8_E8M0"
    case f6e2m3 = "F6_E2M3"
    case f6e3m2 = "F6_E3M2"
    case f4 = "F4"

    /// The size of an element in bits.
    var bits: Int {
      switch self {
      case .f64, .i64, .u64, .c64: 64
      case .f32, .i32, .u32: 32
      case .f16, .bf16, .i16, .u16: 16
      case .i8, .u8, .bool, .f8e5m2, .f8e4m3, .f8e8m0: 8
      case .f6e2m3, .f6e3m2: 6
      case .f4: 4
      }
    }

    /// The floating-point formats that can be read as weights.
    enum Format { case f64, f32, f16, bf16 }

    var format: Format? {
      switch self {
      case .f64: .f64
      case .f32: .f32
      case .f16: .f16
      case .bf16: .bf16
      default: nil
      }
    }

    /// A Boolean value that indicates whether numbers of this type can be read as weights.
    public var isWeight: Bool { format != nil }
  }
}
