// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Finds the data files that come with the program, regardless of where it is started.
public struct DataLocator: Sendable {
  /// The folder in the environment variable GRADFLOW_DATA.
  let chosen: String?
  /// The resolved path of the executable.
  let executable: String?
  let workingDirectory: String?
  /// The folder in which system packages install data sets.
  let packages: String

  package init(
    chosen: String?, executable: String?, workingDirectory: String?, packages: String = "/usr/share/datasets"
  ) {
    self.chosen = chosen
    self.executable = executable
    self.workingDirectory = workingDirectory
    self.packages = packages
  }

  /// The locator of the running program.
  public static var current: DataLocator {
    DataLocator(
      chosen: getenv("GRADFLOW_DATA").map { String(cString: $0) }, executable: realPath("/proc/self/exe"),
      workingDirectory: realPath("."))
  }

  /// The folders to search for shipped files, in this order: the one in GRADFLOW_DATA, the data folder of an installed
  /// program, `examples/data` in each folder above the executable, and `examples/data` in the working directory and in
  /// each folder above it.
  package var folders: [String] {
    var folders: [String] = []
    if let chosen, !chosen.isEmpty { folders.append(chosen) }
    if let executable {
      let above = Self.ancestors(executable)
      if above.count > 1 { folders.append(above[1] + "/share/gradflow/data") }
      folders += above.map { $0 + "/examples/data" }
    }
    if let workingDirectory {
      folders += ([workingDirectory] + Self.ancestors(workingDirectory)).map { $0 + "/examples/data" }
    }
    var seen: Set<String> = []
    return folders.filter { seen.insert($0).inserted }
  }

  /// Returns the path of a shipped file. Throws `missingShipped` if it is not found.
  public func locate(_ name: String) throws(DataError) -> String {
    let searched = folders
    for folder in searched where DataLocator.isFile(folder + "/" + name) { return folder + "/" + name }
    throw .missingShipped(name: name, searched: searched)
  }

  /// Returns the paths of files of a system package, each of which may be gzipped. Throws `missingPackage` unless one
  /// folder contains all of them.
  func locate(_ names: [String], inFolder folder: String, ofPackage package: String) throws(DataError) -> [String] {
    let searched = ([chosen].compactMap(\.self).filter { !$0.isEmpty } + [packages]).map { $0 + "/" + folder }
    for folder in searched {
      let found = names.compactMap { name in
        [folder + "/" + name + ".gz", folder + "/" + name].first(where: DataLocator.isFile)
      }
      if found.count == names.count { return found }
    }
    throw .missingPackage(package: package, searched: searched)
  }

  /// Returns the folders above a path, nearest first. The root is an empty string, so that `/` and a name can be
  /// appended.
  private static func ancestors(_ path: String) -> [String] {
    var parts = path.split(separator: "/")
    var folders: [String] = []
    while !parts.isEmpty {
      parts.removeLast()
      folders.append(parts.map { "/" + $0 }.joined())
    }
    return folders
  }

  /// Returns whether there is a file at a path that is not a folder.
  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
  }

  private static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
