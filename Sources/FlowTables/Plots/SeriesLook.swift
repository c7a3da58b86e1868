// SPDX-License-Identifier: GPL-3.0-or-later

/// How the series of a picture are told apart: by colours, dashes and shapes. Those beyond the twelfth have other
/// combinations of them.
enum SeriesLook {
  /// The colours of Okabe and Ito (Color Universal Design, 2008), except for a darker yellow, and four dark ones.
  private static let colors = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8A8A00", "#882255", "#7F4A1E",
    "#117733", "#332288",
  ]
  private static let dashes = [
    [], [8, 4], [2, 3], [8, 3, 2, 3], [14, 4], [5, 2], [8, 3, 2, 3, 2, 3], [1, 2], [14, 3, 2, 3], [4, 5],
    [14, 3, 5, 3], [2, 5],
  ]

  /// Returns which colour a series has, counted from 0.
  static func place(_ number: Int) -> Int { number % colors.count }

  /// Returns how often all colours have been used before a series.
  static func turn(_ number: Int) -> Int { number / colors.count }

  /// The colour of a series on white.
  static func color(_ number: Int) -> String { colors[place(number)] }

  /// The lengths of the dashes of a series and of the gaps between them; empty for a solid line. Series of the same
  /// colour have different dashes.
  static func dash(_ number: Int) -> [Int] { dashes[(number + turn(number)) % dashes.count] }
}
