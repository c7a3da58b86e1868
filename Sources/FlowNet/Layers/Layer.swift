// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A layer as the user describes it; compiling turns it into operations.
///
/// Description, forward and backward of a layer stand in one file.
public protocol Layer: Sendable {
  /// What kind of layer it is, in one word.
  var kind: String { get }
  /// Source code of the language that describes it.
  var source: String { get }
  /// Returns the number of outputs for the given number of inputs. Throws if the layer cannot take them.
  func outputs(inputs: Int) throws(NetworkError) -> Int
  /// Returns the number of its parameters for the given number of inputs, which `outputs` accepts.
  func parameters(inputs: Int) -> Double
  /// Appends its operations to the network under construction.
  func build<E: Element>(inputs: Int, into builder: NetworkBuilder<E>)
}

extension Layer {
  /// Layers without weights of their own.
  public func parameters(inputs: Int) -> Double { 0 }
}

/// Why a network cannot be built or used.
public struct NetworkError: Error, Sendable, Equatable {
  /// What is wrong, without a full stop.
  public let message: String
  /// The way to fix it, if that is known.
  public let hint: String?
  /// The memory that was refused, if that is the reason.
  public let refusal: MemoryRefusal?

  /// Both parts.
  public init(_ message: String, hint: String? = nil) {
    self.message = message
    self.hint = hint
    refusal = nil
  }

  /// Describes refused memory.
  public init(_ refusal: MemoryRefusal) {
    message = refusal.message
    hint = nil
    self.refusal = refusal
  }

  /// Throws if a stop is requested: what the loops before it made is not whole then.
  static func checkStop() throws(NetworkError) {
    if StopToken.current.isRequested { throw NetworkError("stopped") }
  }
}

/// The seed of a network's initial values: that of the program, and the network's number in it.
public struct NetworkSeed: Sendable, Equatable {
  /// The program's seed.
  public let seed: UInt64
  /// The network's number in the program.
  public let number: UInt64

  /// Both parts.
  public init(_ seed: UInt64, number: UInt64 = 0) {
    self.seed = seed
    self.number = number
  }
}

/// A choice as source code: its name, and its numbers if it has any.
func sourceText(_ name: String, _ arguments: [Double]) -> String {
  arguments.isEmpty ? name : "\(name)(\(arguments.map(numberText).joined(separator: ", ")))"
}

/// The shortest text that reads back to the same number, whole numbers without a point.
func numberText(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
