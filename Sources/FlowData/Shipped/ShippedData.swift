// SPDX-License-Identifier: GPL-3.0-or-later

/// A data set that comes with the program as a file.
public struct ShippedData: Sendable {
  /// The name in the language.
  public let name: String
  /// A description in one line.
  public let summary: String
  /// An example in the language.
  public let example: String
  /// The authors and the licence.
  public let source: String
  private let file: String
  private let target: String
  private let divisor: UInt8

  /// Reads the data set from its file.
  public func load(_ locator: DataLocator = .current) throws(DataError) -> DataSet {
    try DataSet.csv(path: try locator.locate(file), target: target, classes: true, name: name, divisor: divisor)
  }

  /// All data sets that come with the program.
  public static let all: [ShippedData] = [
    ShippedData(
      name: "digits", summary: "1797 images of handwritten digits, 8 × 8 pixels in 0..1, ten classes",
      example: "digits() |> split(0.8)",
      source: "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, CC BY 4.0",
      file: "digits.csv", target: "digit", divisor: 16),
    ShippedData(
      name: "iris", summary: "150 iris flowers of three species, four lengths in cm",
      example: "standardize(iris())", source: "R. A. Fisher, Iris, UCI, CC BY 4.0",
      file: "iris.csv", target: "species", divisor: 1),
  ]
}
