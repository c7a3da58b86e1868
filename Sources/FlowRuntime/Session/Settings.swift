// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

/// What `:set` and the options of the command line change.
package struct Settings: Sendable {
  /// The form of printed values; nil for a box table on a terminal and TSV elsewhere.
  package var format: Format?
  /// The width tables are fitted to; nil for the terminal's.
  package var width: Int?
  /// Threads of the engine; nil for one per core.
  package var threads: Int?
  /// The element type of networks that do not name one: `f32` or `f64`.
  package var precision = "f64"
  /// How training shows its progress.
  package var progress = ProgressStyle.auto

  /// What holds when nobody says anything else.
  package init() {}

  /// Changes a setting by its name and value as text.
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

/// One setting. To add one, add an entry.
package struct Setting: Sendable {
  /// The name after `:set`.
  package let name: String
  /// A phrase without a full stop.
  package let summary: String
  /// The values it takes; a word that is no value stands for numbers.
  package let values: [String]
  /// The value now, as it would be written.
  package let read: @Sendable (Settings) -> String
  /// Changes it, or gives false if the text is none of the values.
  let change: @Sendable (inout Settings, String) -> Bool

  /// The values of the setting of a name that are words.
  package static func words(_ name: String) -> [String] {
    all.first { $0.name == name }?.values.filter { !$0.contains(" ") } ?? []
  }

  /// Every setting, in the order in which they are listed.
  package static let all: [Setting] = [
    Setting(
      name: "format", summary: "the format of printed values", values: ["auto"] + Format.allCases.map(\.rawValue),
      read: { $0.format?.rawValue ?? "auto" },
      change: { settings, text in
        settings.format = Format(rawValue: text)
        return text == "auto" || settings.format != nil
      }),
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
