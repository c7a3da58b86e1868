// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import FlowTables

extension SafetensorsFile {
  /// A row per tensor, in the order of the file: name, shape, format, Frobenius norm, mean, population standard deviation,
  /// smallest and largest number, and the number of zeros and of numbers that are not finite. The statistics are those of
  /// the finite numbers, and missing for types that are not real numbers.
  package func contents() throws(ReadingError) -> Table {
    var builder = TableBuilder([
      Heading("name", .text), Heading("shape", .text), Heading("format", .text), Heading("norm", .number),
      Heading("mean", .number), Heading("std", .number), Heading("min", .number), Heading("max", .number),
      Heading("zeros", .integer), Heading("nonfinite", .integer),
    ])
    for name in namesInOrder {
      guard let tensor = tensors[name] else { continue }
      try ReadingError.checkStop()
      let numbers = numbers(name) ?? tensor.type.integer.map { $0.numbers(bytes(of: tensor)) }
      let summary = numbers.map(NumberSummary.init)
      builder.append(
        [
          .text(name), .text(tensor.shape.map(String.init).joined(separator: " x ")),
          .text(tensor.type.rawValue.lowercased()),
        ] + (summary?.cells ?? [Cell](repeating: .missing, count: 7)))
    }
    return builder.table
  }
}

extension SafetensorsFile.ElementType {
  /// The type of integers and booleans, or nil for other types.
  fileprivate var integer: NumberType? {
    switch self {
    case .i64: NumberType("<i8")
    case .i32: NumberType("<i4")
    case .i16: NumberType("<i2")
    case .i8: NumberType("<i1")
    case .u64: NumberType("<u8")
    case .u32: NumberType("<u4")
    case .u16: NumberType("<u2")
    case .u8: NumberType("<u1")
    case .bool: NumberType("|b1")
    default: nil
    }
  }
}

/// Statistics of the finite numbers of an array.
private struct NumberSummary {
  var norm = 0.0
  var mean = 0.0
  var deviation = 0.0
  var smallest = Double.infinity
  var largest = -Double.infinity
  var zeros = 0
  var nonfinite = 0
  private var count = 0

  init(_ numbers: [Double]) {
    // The largest magnitude scales the squares, so that they cannot overflow.
    var magnitude = 0.0
    for number in numbers.untilStopped {
      guard number.isFinite else {
        nonfinite += 1
        continue
      }
      count += 1
      if number == 0 { zeros += 1 }
      smallest = min(smallest, number)
      largest = max(largest, number)
      magnitude = max(magnitude, abs(number))
    }
    guard count > 0, magnitude > 0 else { return }
    var sum = 0.0
    for number in numbers.untilStopped where number.isFinite { sum += number / magnitude }
    mean = sum / Double(count) * magnitude
    var (squares, deviations) = (0.0, 0.0)
    for number in numbers.untilStopped where number.isFinite {
      squares += number / magnitude * (number / magnitude)
      let distance = (number - mean) / magnitude
      deviations += distance * distance
    }
    norm = magnitude * squares.squareRoot()
    deviation = magnitude * (deviations / Double(count)).squareRoot()
  }

  /// The cells of a row; those without a value are missing.
  var cells: [Cell] {
    let counts: [Cell] = [.number(Double(zeros)), .number(Double(nonfinite))]
    guard count > 0 else { return [Cell](repeating: .missing, count: 5) + counts }
    return [norm, mean, deviation, smallest, largest].map(Cell.number) + counts
  }
}
