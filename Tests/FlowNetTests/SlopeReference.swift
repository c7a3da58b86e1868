// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import Foundation

/// A table of values computed by `slopes.py` with 700 digits: a heading and rows of numbers.
struct SlopeReference: Sendable, CustomStringConvertible {
  let heading: String
  private(set) var rows: [[Double]] = []

  var description: String { heading }

  /// The activation named in the heading, with its parameter, if any.
  var activation: Activation {
    let words = heading.split(separator: " ")
    let recipe = Activation.catalogue.first { $0.name == words[0] }!
    return words.count > 1 ? recipe.make([Double(words[1])!]) : Activation.named(heading)!
  }

  static let slopes = read("slopes.txt")
  /// Rows of z and log10|φ'(z)|.
  static let tails = read("tails.txt")
  static let lossGradients = read("loss_gradients.txt")

  private static func read(_ file: String) -> [SlopeReference] {
    let folder = Bundle.module.bundleURL.appendingPathComponent("Reference")
    let text = try! String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    var tables: [SlopeReference] = []
    for line in text.split(separator: "\n") {
      let numbers = line.split(separator: " ").map { UInt64($0, radix: 16).map(Double.init(bitPattern:)) }
      if numbers.count > 1, numbers.allSatisfy({ $0 != nil }) {
        tables[tables.count - 1].rows.append(numbers.map { $0! })
      } else {
        tables.append(SlopeReference(heading: String(line)))
      }
    }
    return tables
  }
}
