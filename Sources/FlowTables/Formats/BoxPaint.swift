// SPDX-License-Identifier: GPL-3.0-or-later
import FlowText

/// The colours of box tables. They never carry information that is not in the text.
struct BoxPaint {
  let isOn: Bool

  func frame(_ text: String) -> StyledText { wrap(text, Style(2)) }

  func title(_ text: String) -> StyledText { wrap(text, Style(1)) }

  func note(_ text: String) -> StyledText { wrap(text, Style(2)) }

  /// Returns the text of a cell in its colour. States are green if healthy, red if training has failed and yellow
  /// otherwise; NaN and infinity are red.
  func cell(_ text: String, _ role: Role) -> StyledText {
    let word = text.trimmingBlanks
    if word.isEmpty { return StyledText(text) }
    if role == .state { return wrap(text, Self.stateStyles[String(word)] ?? Style(33)) }
    if role.isNumeric, word.hasSuffix("nan") || word.hasSuffix("inf") { return wrap(text, Style(31)) }
    return StyledText(text)
  }

  private typealias Style = StyledText.Style

  private static let stateStyles = [
    "ok": Style(32), "finished": Style(32), "inside": Style(32),
    "nan": Style(31), "exploding": Style(31), "diverged": Style(31), "dead": Style(31),
  ]

  private func wrap(_ text: String, _ style: Style) -> StyledText { StyledText(text, isOn ? style : .plain) }
}

extension String {
  fileprivate var trimmingBlanks: Substring {
    var text = drop { $0 == " " }
    while text.last == " " { text.removeLast() }
    return text
  }
}
