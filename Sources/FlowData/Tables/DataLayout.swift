// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// How the columns of a table become the inputs and targets of a data set.
public struct DataLayout: Sendable, Equatable {
  /// The columns to predict, in the order of the outputs. A single column may contain classes; several must contain
  /// numbers.
  public var targets: [String]
  /// The columns to leave out.
  public var drop: [String]
  /// The columns of text that become one input for each distinct text.
  public var oneHot: [String]
  /// What to do with a row that has a missing value.
  public var missing: MissingValues
  /// Which targets are classes.
  public var classes: ClassChoice

  public init(
    targets: [String], drop: [String] = [], oneHot: [String] = [], missing: MissingValues = .error,
    classes: ClassChoice = .automatic
  ) {
    self.targets = targets
    self.drop = drop
    self.oneHot = oneHot
    self.missing = missing
    self.classes = classes
  }
}

/// What to do with missing values: empty fields, and in columns of numbers words such as `NA`.
public enum MissingValues: String, Sendable, CaseIterable {
  /// A missing value is an error.
  case error
  /// Rows with a missing value are left out.
  case drop
  /// A missing input becomes the mean of its column. Rows without a target are left out.
  case mean

  /// Returns whether a text in a column of numbers stands for a missing number.
  static func areMeant(by text: String) -> Bool { MissingText.areMeant(by: text) }
}

/// Which targets are classes, and in which order.
public enum ClassChoice: Sendable, Equatable {
  /// Texts become classes, in alphabetical order. Numbers remain numbers.
  case automatic
  /// Numbers become classes, too, in numeric order.
  case distinct
  /// The classes are the numbers from 0 up to, but not including, this count.
  case count(Int)
  /// The classes have these names, in this order.
  case names([String])
}
