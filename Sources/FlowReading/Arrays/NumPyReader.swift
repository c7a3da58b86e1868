// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath

/// Reads arrays of numbers in NumPy's format. Source: the documentation of numpy.lib.format.
enum NumPyReader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// Reads an array from the bytes of a .npy file.
  static func array(_ bytes: ArraySlice<UInt8>, path: String) throws(ReadingError) -> NumberArray {
    func damaged(_ detail: String) -> ReadingError {
      ReadingError("'\(path)' is not a valid .npy file: \(detail)", hint: "write it again with numpy.save")
    }
    guard bytes.starts(with: magic), bytes.count >= 10 else { throw damaged("it does not begin with its magic bytes") }
    let start = bytes.startIndex
    let version = bytes[start + 6]
    guard 1...3 ~= version else { throw damaged("its version \(version) is not supported") }
    let sizeBytes = version == 1 ? 2 : 4
    guard bytes.count >= 8 + sizeBytes else { throw damaged("it ends within its header") }
    let size = bytes[(start + 8)...].prefix(sizeBytes).reversed().reduce(0) { $0 << 8 | Int($1) }
    let dataStart = start + 8 + sizeBytes + size
    guard dataStart <= bytes.endIndex else { throw damaged("it ends within its header") }
    let text = String(decoding: bytes[start + 8 + sizeBytes..<dataStart], as: UTF8.self)
    guard let header = Header(text) else {
      throw damaged("its header cannot be read: \(text.prefix(60))")
    }
    guard let type = NumberType(header.type) else {
      throw ReadingError(
        "'\(path)' holds elements of type '\(header.type.prefix(40))', which are not real numbers",
        hint: "convert them first, as in numpy.save(\"x.npy\", a.astype(float))")
    }
    var count = 1
    for dimension in header.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard !overflow, product < 1 << 48 else { throw damaged("its shape \(header.shape) is too large") }
      count = product
    }
    // An array without numbers may have any shape in its header, but the nested empty lists take memory.
    let lists = header.shape.prefix { $0 > 0 }.reduce(1.0) { $0 * Double($1) }
    if count == 0, lists > 10_000_000 { throw damaged("its shape \(header.shape) is too large") }
    let data = bytes[dataStart...]
    guard data.count == count * type.size else {
      throw damaged("shape \(header.shape) needs \(count * type.size) bytes, but \(data.count) follow the header")
    }
    do throws(MemoryRefusal) { try requireMemory(Double(count) * 8) } catch { throw ReadingError(error) }
    var numbers = type.numbers(data)
    try ReadingError.checkStop()
    if header.isColumnMajor { numbers = rowMajor(numbers, header.shape) }
    return NumberArray(numbers, shape: header.shape, isBoolean: type.isBoolean)
  }

  /// Returns numbers in row-major order, given that the first index varies fastest.
  private static func rowMajor(_ numbers: [Double], _ shape: [Int]) -> [Double] {
    guard shape.count > 1 else { return numbers }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
    var result: [Double] = []
    result.reserveCapacity(numbers.count)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in numbers.indices.untilStopped {
      result.append(numbers[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }])
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

/// The header of a .npy file: the text of a Python dictionary with three entries.
private struct Header {
  var type: String
  var isColumnMajor: Bool
  var shape: [Int]

  /// Returns nil if an entry is missing or has another form.
  init?(_ text: String) {
    guard let descr = Self.entry("descr", text), let order = Self.entry("fortran_order", text),
      let shape = Self.entry("shape", text), let open = shape.firstIndex(of: "("),
      let close = shape.firstIndex(of: ")"),
      open < close
    else { return nil }
    let isQuoted = descr.first == "'" || descr.first == "\""
    type = isQuoted ? String(descr.dropFirst().prefix { $0 != "'" && $0 != "\"" }) : String(descr.prefix(40))
    isColumnMajor = order.hasPrefix("True")
    self.shape = []
    for part in shape[shape.index(after: open)..<close].split(separator: ",") {
      let digits = part.filter { $0 != " " && $0 != "L" }
      if digits.isEmpty { continue }
      guard let dimension = Int(digits), dimension >= 0, self.shape.count < 64 else { return nil }
      self.shape.append(dimension)
    }
  }

  /// Returns the text after a key.
  private static func entry(_ key: String, _ text: String) -> Substring? {
    for quote in ["'", "\""] {
      guard let place = text.firstRange(of: "\(quote)\(key)\(quote)") else { continue }
      return text[place.upperBound...].drop { $0 == " " || $0 == ":" }
    }
    return nil
  }
}

extension StringProtocol {
  /// The range of the first occurrence of a text.
  fileprivate func firstRange(of text: String) -> Range<Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }
}
