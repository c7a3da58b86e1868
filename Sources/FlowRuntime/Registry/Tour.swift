// SPDX-License-Identifier: GPL-3.0-or-later

/// The guided tour that `:demo` shows.
package struct Tour: Sendable {
  /// A short text, followed by code that demonstrates it.
  package struct Step: Sendable {
    package let text: String
    package let code: String

    package init(text: String, code: String) {
      self.text = text
      self.code = code
    }
  }

  package let steps: [Step]
  /// The closing text.
  package let farewell: String

  package init(_ steps: [Step] = [], farewell: String = "") {
    self.steps = steps
    self.farewell = farewell
  }
}
