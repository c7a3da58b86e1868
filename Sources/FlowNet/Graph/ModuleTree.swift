// SPDX-License-Identifier: GPL-3.0-or-later

/// The modules of a network, in PyTorch's sense: in files, the path of a module precedes the names of its arrays.
///
/// Paths are assembled only for files, because networks are created much more often than they are saved.
struct ModuleTree {
  /// The last part of a path: the position in a list of operations, or a name.
  enum Part {
    case position(Int)
    case name(StaticString)
  }

  /// The module that contains all others. Its path is empty.
  static var root: Int { -1 }

  private var modules: [(parent: Int, part: Part)] = []

  var indices: Range<Int> { modules.indices }

  /// Adds a module and returns its number.
  mutating func add(_ part: Part, in parent: Int) -> Int {
    modules.append((parent, part))
    return modules.count - 1
  }

  /// Returns the path of a module, such as `3.body.0`.
  func path(_ module: Int) -> String {
    guard module != Self.root else { return "" }
    let (parent, part) = modules[module]
    let prefix = parent == Self.root ? "" : path(parent) + "."
    return switch part {
    case .position(let position): "\(prefix)\(position)"
    case .name(let name): "\(prefix)\(name)"
    }
  }
}
