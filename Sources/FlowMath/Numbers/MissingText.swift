// SPDX-License-Identifier: GPL-3.0-or-later

/// The words in files that stand for a missing number.
public enum MissingText {
  /// These are the words that pandas accepts, the question mark of the UCI repository, and a dash.
  private static let words: Set<String> = [
    "", "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "-NaN", "-nan", "NULL", "null", "None", "none", "?",
    "-",
  ]

  /// Returns whether a text in a column of numbers stands for a missing number.
  public static func areMeant(by text: String) -> Bool { words.contains(text) }
}
