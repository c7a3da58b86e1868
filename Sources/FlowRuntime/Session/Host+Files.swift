// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Host {
  /// Returns the path of a file in the same folder whose name is similar to that of a file that does not exist, or nil.
  package func similarPath(to path: String) -> String? { FlowRuntime.similarPath(to: path, list) }
}

/// Returns the path of a file in the same folder whose name is similar to that of a file that does not exist, or nil.
/// `list` returns the names in a folder.
package func similarPath(to path: String, _ list: (_ folder: String) -> [String]) -> String? {
  let name = path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
  if name.isEmpty { return nil }
  let folder = path[..<name.startIndex]
  let names = list(String(folder)).prefix(10_000).filter { !$0.hasSuffix("/") }
  let meant = names.first { $0.hasPrefix(name + ".") } ?? suggestion(for: String(name), among: names)
  return meant.map { folder + $0 }
}
