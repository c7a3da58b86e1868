// SPDX-License-Identifier: GPL-3.0-or-later

/// The choices that a user has within the formats.
public struct FormatOptions: Sendable, Equatable {
  /// Whether TSV and CSV have a header line.
  public var hasHeader = true
  /// How JSON and JSON Lines write numbers that are not finite.
  public var nonfinite = Nonfinite.null

  /// The ways in which JSON, which has no such numbers, can write infinity and NaN.
  public enum Nonfinite: String, Sendable, CaseIterable {
    /// As null, like missing values.
    case null
    /// As the strings "inf", "-inf" and "nan".
    case text
  }

  public init() {}
}
