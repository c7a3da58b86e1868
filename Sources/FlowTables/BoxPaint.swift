// SPDX-License-Identifier: GPL-3.0-or-later

/// Colours of box tables. Every coloured word says the same without its colour.
struct BoxPaint {
  let isOn: Bool

  func frame(_ text: String) -> String { wrap(text, "2") }

  func title(_ text: String) -> String { wrap(text, "1") }

  func note(_ text: String) -> String { wrap(text, "2") }

  /// States are green where all is well, red where training is lost, yellow between; NaN and infinity are red.
  func cell(_ text: String, _ role: Role) -> String {
    let word = text.trimmingBlanks
    if word.isEmpty { return text }
    if role == .state { return wrap(text, Self.stateColors[String(word)] ?? "33") }
    if role.isNumeric, word.hasSuffix("nan") || word.hasSuffix("inf") { return wrap(text, "31") }
    return text
  }

  private static let stateColors = [
    "ok": "32", "finished": "32", "inside": "32", "nan": "31", "exploding": "31", "diverged": "31", "dead": "31",
  ]

  private func wrap(_ text: String, _ code: String) -> String {
    isOn && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}

extension String {
  fileprivate var trimmingBlanks: Substring {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
