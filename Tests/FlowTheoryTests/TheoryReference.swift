// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// The file `theory.json`; see Reference/README.md.
struct TheoryReference: Decodable, Sendable {
  let mean_field: [Field]
  let homogeneous: [Homogeneous]
  let critical: [Critical]
  let batchnorm: [Normalised]
  let windows: [Window]
  let window_widths: [Width]
  let window_maximum: Width
  let probability_above_4: Double

  struct Field: Decodable, Sendable, CustomTestStringConvertible {
    let activation: String
    let arguments: [Double]
    let weight_variance: Double
    let bias_variance: Double
    let q: Double
    let chi: Double
    let factor: Double
    let depth_scale: Double
    var testDescription: String { "\(activation)\(arguments) \(weight_variance) \(bias_variance)" }
  }

  struct Homogeneous: Decodable, Sendable {
    let activation: String
    let arguments: [Double]
    let weight_variance: Double
    let chi: Double
    let factor: Double
  }

  struct Critical: Decodable, Sendable, CustomTestStringConvertible {
    let activation: String
    let arguments: [Double]
    let bias_variance: Double
    let roots: [Root]
    var testDescription: String { "\(activation)\(arguments) \(bias_variance)" }
  }

  struct Root: Decodable, Sendable {
    let weight_variance: Double
    let q: Double
    let stable: Bool
  }

  struct Normalised: Decodable, Sendable {
    let activation: String
    let arguments: [Double]
    let squared_factor: Double
  }

  struct Window: Decodable, Sendable, CustomTestStringConvertible {
    let activation: String
    let arguments: [Double]
    let w: Double
    let b: Double
    let low: Bound?
    let high: Bound?
    let width: Bound
    var testDescription: String { "\(activation)\(arguments) w \(w) b \(b)" }
  }

  /// A number, which the file may contain as the text `inf` or `-inf`.
  struct Bound: Decodable, Sendable {
    let value: Double
    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      value = try (try? container.decode(Double.self)) ?? Double(container.decode(String.self))!
    }
  }

  struct Width: Decodable, Sendable {
    let w: Double
    let width: Double
  }

  static let file: TheoryReference = {
    let url = Bundle.module.url(forResource: "Reference/theory", withExtension: "json")!
    return try! JSONDecoder().decode(TheoryReference.self, from: Data(contentsOf: url))
  }()
}
