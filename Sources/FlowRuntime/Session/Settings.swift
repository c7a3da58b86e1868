// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// The settings that `:set` and the command line options change.
package struct Settings: Sendable {
  /// The output format, or nil for box tables on a terminal and TSV elsewhere.
  package var format: Format?
  /// The width to which tables are fitted, in columns, or nil for the width of the terminal.
  package var width: Int?
  /// The number of threads for computations, or nil for one per available core.
  package var threads: Int?
  /// The element type of networks that do not specify one: `f32` or `f64`.
  package var precision = "f64"
  /// The share of the cells of every sweep to compute, or nil for all cells.
  package var shard: Shard?
  /// Whether printed TSV and CSV have a header line, and how JSON writes numbers that are not finite.
  package var formatOptions = FormatOptions()
  /// Whether tables that are written get a column with their provenance.
  package var addsProvenance = false
  /// How to show the progress of training.
  package var progress = ProgressStyle.auto

  /// Creates the default settings.
  package init() {}

  /// Changes a setting, given its name and its value as text.
  package mutating func set(_ name: String, to text: String) throws(Complaint) {
    guard let setting = Setting.all.first(where: { $0.name == name }) else {
      throw .unknown(
        "setting", name, code: "unknown-setting", among: Setting.all.map(\.name),
        notes: ["settings: \(Setting.all.map(\.name).joined(separator: ", "))"])
    }
    guard setting.change(&self, text) else {
      throw Complaint("wrong-setting", "'\(name)' must be \(alternatives(setting.values)), but this is '\(text)'")
    }
  }
}

/// A setting. To add one, add an entry to `all`.
package struct Setting: Sendable {
  /// The name after `:set`.
  package let name: String
  /// A phrase without a full stop.
  package let summary: String
  /// The accepted values. An entry with spaces describes a kind of value, such as a number of columns.
  package let values: [String]
  /// Returns the current value as text.
  package let read: @Sendable (Settings) -> String
  /// Changes the setting. Returns false if the text is not a valid value.
  let change: @Sendable (inout Settings, String) -> Bool

  /// Returns the words that the setting with the given name accepts.
  package static func words(_ name: String) -> [String] {
    all.first { $0.name == name }?.values.filter { !$0.contains(" ") } ?? []
  }

  private static func flag(
    _ name: String, _ summary: String, _ path: any WritableKeyPath<Settings, Bool> & Sendable
  ) -> Setting {
    Setting(
      name: name, summary: summary, values: ["on", "off"], read: { $0[keyPath: path] ? "on" : "off" },
      change: { settings, text in
        settings[keyPath: path] = text == "on"
        return text == "on" || text == "off"
      })
  }

  /// All settings, in the order in which they are listed.
  package static let all: [Setting] = [
    Setting(
      name: "format", summary: "the format of printed values", values: ["auto"] + Format.allCases.map(\.rawValue),
      read: { $0.format?.rawValue ?? "auto" },
      change: { settings, text in
        settings.format = Format(rawValue: text)
        return text == "auto" || settings.format != nil
      }),
    .flag("header", "whether printed TSV and CSV have a header line", \.formatOptions.hasHeader),
    Setting(
      name: "nonfinite", summary: "how JSON writes inf, -inf and nan, which it cannot represent as numbers",
      values: FormatOptions.Nonfinite.allCases.map(\.rawValue), read: { $0.formatOptions.nonfinite.rawValue },
      change: { settings, text in
        guard let style = FormatOptions.Nonfinite(rawValue: text) else { return false }
        settings.formatOptions.nonfinite = style
        return true
      }),
    .flag(
      "provenance", "whether tables that are written get a column with program, seed and script", \.addsProvenance),
    Setting(
      name: "width", summary: "the width tables are fitted to", values: ["auto", "a number of columns"],
      read: { $0.width.map(String.init) ?? "auto" },
      change: { settings, text in
        settings.width = Int(text).flatMap { $0 > 0 ? $0 : nil }
        return text == "auto" || settings.width != nil
      }),
    Setting(
      name: "threads", summary: "number of threads; results do not depend on it",
      values: ["auto", "a number from 1 to 1024"],
      read: { $0.threads.map(String.init) ?? "auto" },
      change: { settings, text in
        settings.threads = Int(text).flatMap { (1...1024).contains($0) ? $0 : nil }
        return text == "auto" || settings.threads != nil
      }),
    Setting(
      name: "precision", summary: "the element type of networks that do not specify one", values: ["f32", "f64"],
      read: { $0.precision },
      change: { settings, text in
        guard ["f32", "f64"].contains(text) else { return false }
        settings.precision = text
        return true
      }),
    Setting(
      name: "progress", summary: "how to show the progress of training", values: ProgressStyle.allCases.map(\.rawValue),
      read: { $0.progress.rawValue },
      change: { settings, text in
        guard let style = ProgressStyle(rawValue: text) else { return false }
        settings.progress = style
        return true
      }),
  ]
}
