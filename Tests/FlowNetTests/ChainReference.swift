// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// The file `chains.json`; see Reference/README.md.
struct ChainReference: Decodable, Sendable {
  let formats: [Limits]
  let nielsen_factor: Double
  let sigmoid_chain_mean: Double

  struct Limits: Decodable, Sendable {
    let format: String
    let quarter_power_zero: Int
    let sigmoid_one: Double
  }

  static let file: ChainReference = {
    let url = Bundle.module.url(forResource: "Reference/chains", withExtension: "json")!
    return try! JSONDecoder().decode(ChainReference.self, from: Data(contentsOf: url))
  }()
}
