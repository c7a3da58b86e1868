// SPDX-License-Identifier: GPL-3.0-or-later
import FoundationEssentials

/// A file of named tensors: the length of a header in 8 bytes, the header in JSON, then the numbers, little-endian and
/// row by row; https://github.com/huggingface/safetensors.
struct Safetensors {
  /// What the file says of itself.
  var metadata: [String: String] = [:]
  /// By their names.
  var tensors: [String: Tensor] = [:]

  /// The element types that have a meaning for weights.
  enum ElementType: String, Codable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"

    var bytes: Int {
      switch self {
      case .f64: 8
      case .f32: 4
      case .f16, .bf16: 2
      }
    }
  }

  /// Numbers with their shape, the last index running fastest.
  struct Tensor {
    var type: ElementType
    var shape: [Int]
    var numbers: [Double]
  }

  /// An empty file.
  init() {}

  /// Reads a file. Tensors of other element types, such as counters, are left out.
  init(_ bytes: [UInt8]) throws(NetworkError) {
    guard bytes.count >= 8 else { throw Self.foreign }
    let length = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count - 8), bytes.count > 8, bytes[8] == UInt8(ascii: "{") else { throw Self.foreign }
    let start = 8 + Int(length)
    guard let header = try? JSONDecoder().decode(Header.self, from: Data(bytes[8..<start])) else { throw Self.foreign }
    metadata = header.metadata
    for (name, entry) in header.entries {
      guard let type = ElementType(rawValue: entry.dtype) else { continue }
      let count = entry.shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
      guard entry.data_offsets.count == 2, entry.shape.allSatisfy({ $0 >= 0 }),
        entry.data_offsets[0] >= 0, entry.data_offsets[1] <= bytes.count - start,
        entry.data_offsets[1] - entry.data_offsets[0] == count * type.bytes
      else {
        throw NetworkError("the file is damaged: '\(name)' has not the size of its shape", hint: "fetch it again")
      }
      let data = bytes[start + entry.data_offsets[0]..<start + entry.data_offsets[1]]
      tensors[name] = Tensor(type: type, shape: entry.shape, numbers: Self.numbers(data, type))
    }
  }

  private static let foreign = NetworkError(
    "this is no safetensors file", hint: "save(net, \"net.safetensors\") makes one")

  /// The file; tensors stand in the order of their names, so equal content is equal bytes.
  var bytes: [UInt8] {
    var header = Header(metadata: metadata)
    var data: [UInt8] = []
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let start = data.count
      for number in tensor.numbers { Self.append(number, tensor.type, to: &data) }
      header.entries[name] = Header.Entry(
        dtype: tensor.type.rawValue, shape: tensor.shape, data_offsets: [start, data.count])
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and whole numbers can always be written.
    var text = Array(try! encoder.encode(header))
    // Blanks make the numbers begin at a multiple of 8.
    text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text + data
  }

  private static func append(_ number: Double, _ type: ElementType, to data: inout [UInt8]) {
    switch type {
    case .f64: withUnsafeBytes(of: number.bitPattern.littleEndian) { data += $0 }
    case .f32: withUnsafeBytes(of: Float(number).bitPattern.littleEndian) { data += $0 }
    case .f16: withUnsafeBytes(of: Float16(number).bitPattern.littleEndian) { data += $0 }
    case .bf16: preconditionFailure("nothing is written in bf16")
    }
  }

  private static func numbers(_ data: ArraySlice<UInt8>, _ type: ElementType) -> [Double] {
    stride(from: data.startIndex, to: data.endIndex, by: type.bytes).map { place in
      let bits = data[place..<place + type.bytes].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return switch type {
      case .f64: Double(bitPattern: bits)
      case .f32: Double(Float(bitPattern: UInt32(bits)))
      case .f16: Double(Float16(bitPattern: UInt16(bits)))
      case .bf16: Double(Float(bitPattern: UInt32(bits) << 16))
      }
    }
  }
}

/// The header, in the names of the format.
private struct Header: Codable {
  struct Entry: Codable {
    var dtype: String
    var shape: [Int]
    var data_offsets: [Int]
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
    static let metadata = Key(stringValue: "__metadata__")
  }

  var metadata: [String: String]
  var entries: [String: Entry] = [:]

  init(metadata: [String: String]) { self.metadata = metadata }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    metadata = try container.decodeIfPresent([String: String].self, forKey: .metadata) ?? [:]
    for key in container.allKeys where key.stringValue != Key.metadata.stringValue {
      entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    if !metadata.isEmpty { try container.encode(metadata, forKey: .metadata) }
    for (name, entry) in entries { try container.encode(entry, forKey: Key(stringValue: name)) }
  }
}
