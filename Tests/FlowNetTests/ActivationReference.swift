// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// One entry of the file `activations.json`.
struct ActivationReference: Decodable, Sendable, CustomTestStringConvertible {
  let activation: String
  let arguments: [Double]
  let z: [Double]
  let value: [Double]
  let slope: [Double]
  var testDescription: String { "\(activation)\(arguments)" }

  static let all: [ActivationReference] = {
    let url = Bundle.module.url(forResource: "Reference/activations", withExtension: "json")!
    return try! JSONDecoder().decode([ActivationReference].self, from: Data(contentsOf: url))
  }()
}
