// SPDX-License-Identifier: GPL-3.0-or-later

extension Sequence<String> {
  /// The names as a list in a sentence. Those that could be taken for several are in quotes: `size, "floor no", "a, b"`.
  public var listed: String {
    map { name in
      let isClear = !name.isEmpty && !name.contains { $0.isWhitespace || $0 == "," || $0 == "\"" }
      return isClear ? name : "\"\(name.replacing("\"", with: "\\\""))\""
    }.joined(separator: ", ")
  }
}
