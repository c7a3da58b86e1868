// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// Batches: selected rows are written into the caller's memory in the caller's precision, without any allocation.
///
/// Every training step calls these functions. They are inlinable so that FlowNet specializes them for its own types
/// instead of calling into this module.
extension DataSet {
  /// Writes the inputs of the given rows, rows × `inputWidth`. Rows count from 0 and are written `stride` elements
  /// apart, by default `inputWidth`.
  ///
  /// Each value is the stored one rounded once to the element type, or the scaled one if the inputs are scaled.
  @specialized(where E == Float, Rows == UnsafeBufferPointer<Int32>)
  @specialized(where E == Double, Rows == UnsafeBufferPointer<Int32>)
  @specialized(where E == Float, Rows == Range<Int32>)
  @specialized(where E == Double, Rows == Range<Int32>)
  @inlinable
  public func gatherInputs<E: BinaryFloatingPoint, Rows: Collection>(
    _ rows: Rows, into destination: UnsafeMutablePointer<E>, stride: Int? = nil
  ) where Rows.Element == Int32 {
    let width = inputWidth
    let stride = stride ?? width
    var out = destination
    switch values {
    case .bytes(let bytes, let divisor):
      bytes.withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        for row in rows {
          let source = base + Int(row) * width
          if let inputScaling {
            inputScaling.apply(width: width, into: out) { Double(source[$0]) / Double(divisor) }
          } else {
            copyQuotients(source, divisor: E(divisor), width: width, into: out)
          }
          out += stride
        }
      }
    case .doubles(let numbers):
      numbers.withUnsafeBufferPointer { numbers in
        guard let base = numbers.baseAddress else { return }
        for row in rows {
          let source = base + Int(row) * width
          if let inputScaling {
            inputScaling.apply(width: width, into: out) { source[$0] }
          } else {
            for column in 0..<width { out[column] = E(source[column]) }
          }
          out += stride
        }
      }
    }
  }

  /// Writes bytes divided by a byte, correctly rounded, without a division per value: a fused multiply-add computes the
  /// error of the approximate quotient, and another one corrects it. Source: Markstein, IBM J. Res. Dev. 34, 1990.
  @inlinable @inline(__always)
  func copyQuotients<E: BinaryFloatingPoint>(
    _ source: UnsafePointer<UInt8>, divisor: E, width: Int, into out: UnsafeMutablePointer<E>
  ) {
    let reciprocal = 1 / divisor
    for column in 0..<width {
      let byte = E(source[column])
      let quotient = byte * reciprocal
      let error = byte.addingProduct(-quotient, divisor)
      out[column] = quotient.addingProduct(error, reciprocal)
    }
  }

  /// Writes the targets of the given rows, rows × `outputs`: numbers, or 1 for the sample's class and 0 for the others.
  /// Rows count from 0 and are written `stride` elements apart, by default `outputs`.
  ///
  /// If there are two classes, `outputs` may be 1. The target is then 0 for the first class and 1 for the second.
  /// Traps unless `fits(outputs:)` is true.
  @specialized(where E == Float, Rows == UnsafeBufferPointer<Int32>)
  @specialized(where E == Double, Rows == UnsafeBufferPointer<Int32>)
  @specialized(where E == Float, Rows == Range<Int32>)
  @specialized(where E == Double, Rows == Range<Int32>)
  @inlinable
  public func gatherTargets<E: BinaryFloatingPoint, Rows: Collection>(
    _ rows: Rows, outputs: Int, into destination: UnsafeMutablePointer<E>, stride: Int? = nil
  ) where Rows.Element == Int32 {
    precondition(fits(outputs: outputs), "the shapes are checked before training starts")
    var out = destination
    switch targets {
    case .classes(let labels, _):
      labels.withUnsafeBufferPointer { labels in
        for row in rows {
          let label = Int(labels[Int(row)])
          if outputs == 1 && outputWidth == 2 {
            out[0] = E(label)
          } else {
            for column in 0..<outputs { out[column] = column == label ? 1 : 0 }
          }
          out += stride ?? outputs
        }
      }
    case .values(let numbers, _):
      numbers.withUnsafeBufferPointer { numbers in
        for row in rows {
          let first = Int(row) * outputs
          for column in 0..<outputs { out[column] = E(numbers[first + column]) }
          out += stride ?? outputs
        }
      }
    }
  }
}

/// Samples as lists.
extension DataSet {
  /// Returns the inputs of a sample. Samples count from 0.
  public func inputs(ofSample sample: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: inputWidth) { buffer, count in
      if let base = buffer.baseAddress { gatherInputs(Int32(sample)..<Int32(sample + 1), into: base) }
      count = inputWidth
    }
  }

  /// Returns the targets of a sample, one-hot encoded if they are classes. Samples count from 0.
  public func targets(ofSample sample: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: outputWidth) { buffer, count in
      if let base = buffer.baseAddress {
        gatherTargets(Int32(sample)..<Int32(sample + 1), outputs: outputWidth, into: base)
      }
      count = outputWidth
    }
  }

  /// The inputs of all samples, one list per sample.
  public var inputLists: [[Double]] { (0..<samples).untilStopped.map(inputs(ofSample:)) }

  /// The targets of all samples, one list per sample, one-hot encoded if they are classes.
  public var targetLists: [[Double]] { (0..<samples).untilStopped.map(targets(ofSample:)) }

  /// The name of each sample's class; empty if the targets are numbers.
  public var labelNames: [String] {
    guard case .classes(let labels, let names) = targets else { return [] }
    return labels.map { names[Int($0)] }
  }
}
