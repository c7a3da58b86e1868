// SPDX-License-Identifier: GPL-3.0-or-later

/// The header of a safetensors file: an object with an entry per tensor, and an entry `__metadata__` of texts.
///
/// A general JSON parser would silently drop one of two equal keys, round large numbers, and not report which tensor is
/// wrong. The header is nested at most three levels deep.
struct SafetensorsHeader {
  var metadata: [String: String] = [:]
  var tensors: [String: SafetensorsFile.Tensor] = [:]

  static let metadataKey = "__metadata__"

  /// Reads a header. Blanks may follow it to align the numbers.
  init(_ bytes: ArraySlice<UInt8>) throws(SafetensorsError) {
    var json = JSONCursor<SafetensorsError>(bytes)
    var hasMetadata = false
    try json.object { (name, json) throws(SafetensorsError) in
      if name == Self.metadataKey {
        guard !hasMetadata else { throw json.fault("\(name) appears twice") }
        hasMetadata = true
        try json.object { (key, json) throws(SafetensorsError) in
          guard metadata.updateValue(try json.string(), forKey: key) == nil else {
            throw json.fault("\(name): '\(key.shortened)' appears twice")
          }
        }
      } else {
        guard tensors.updateValue(try Self.tensor(name, &json), forKey: name) == nil else {
          throw .damaged("two tensors are named '\(name.shortened)'")
        }
      }
    }
    try json.end()
  }

  private static func tensor(
    _ name: String, _ json: inout JSONCursor<SafetensorsError>
  ) throws(SafetensorsError) -> SafetensorsFile.Tensor {
    var (type, shape, offsets): (SafetensorsFile.ElementType?, [Int]?, [Int]?)
    try json.object { (field, json) throws(SafetensorsError) in
      switch field {
      case "dtype" where type == nil:
        let text = try json.string()
        type = SafetensorsFile.ElementType(rawValue: text)
        if type == nil { throw .tensor(name, field, "the type '\(text.shortened)' is not known") }
      case "shape" where shape == nil: shape = try json.counts(of: name, field)
      case "data_offsets" where offsets == nil: offsets = try json.counts(of: name, field)
      case "dtype", "shape", "data_offsets": throw .tensor(name, field, "the field appears twice")
      default: throw .tensor(name, field.shortened, "the format has no such field")
      }
    }
    guard let type else { throw .tensor(name, "dtype", "the field is missing") }
    guard let shape else { throw .tensor(name, "shape", "the field is missing") }
    guard let offsets else { throw .tensor(name, "data_offsets", "the field is missing") }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw .tensor(name, "data_offsets", "\(offsets.prefix(4)) is not a start and an end")
    }
    // If one dimension is 0, the others may have any size.
    var bits = shape.contains(0) ? 0 : type.bits
    for dimension in shape where bits > 0 {
      let (product, overflow) = bits.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw .tensor(name, "shape", "\(shape.prefix(8)) has more elements than fit in a file") }
      bits = product
    }
    guard bits % 8 == 0, bits / 8 == offsets[1] - offsets[0] else {
      throw .tensor(
        name, "data_offsets",
        "they span \(offsets[1] - offsets[0]) bytes, but shape \(shape.prefix(8)) of \(type.rawValue) needs "
          + "\((bits + 7) / 8)")
    }
    return SafetensorsFile.Tensor(type: type, shape: shape, offsets: offsets[0]..<offsets[1])
  }
}

extension JSONCursor<SafetensorsError> {
  /// Reads an array of sizes or positions.
  fileprivate mutating func counts(of name: String, _ field: String) throws(SafetensorsError) -> [Int] {
    var numbers: [Int] = []
    try array { (json) throws(SafetensorsError) in
      guard numbers.count < 64 else { throw .tensor(name, field, "there are more than 64 numbers") }
      guard let number = json.count() else {
        throw .tensor(name, field, "entry \(numbers.count + 1) is not a whole number from 0 to \(Int.max)")
      }
      numbers.append(number)
    }
    return numbers
  }
}
