// SPDX-License-Identifier: GPL-3.0-or-later

/// A guided tour, which `:demo` shows.
package struct Tour: Sendable {
  /// A sentence, and the code that shows what it says.
  package struct Step: Sendable {
    package let text: String
    package let code: String

    package init(text: String, code: String) {
      self.text = text
      self.code = code
    }
  }

  package let steps: [Step]
  /// The last sentence, which no code follows.
  package let farewell: String

  package init(_ steps: [Step] = [], farewell: String = "") {
    self.steps = steps
    self.farewell = farewell
  }
}
