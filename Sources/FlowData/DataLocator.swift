// SPDX-License-Identifier: GPL-3.0-or-later
import Glibc

/// Finds the data files that come with the program, wherever it is started from.
public struct DataLocator: Sendable {
  /// The folder that the variable GRADFLOW_DATA names.
  let chosen: String?
  /// The real path of the program's file.
  let executable: String?
  let workingDirectory: String?
  /// Where the system's packages put their data sets.
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

  /// The folders that may hold shipped files, in the order they are searched: the one GRADFLOW_DATA names, the one of an
  /// installed program, then `examples/data` in each folder above the program's file and above the working directory.
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

  /// The path of a shipped file.
  public func locate(_ name: String) throws(DataError) -> String {
    let searched = folders
    for folder in searched where DataLocator.isFile(folder + "/" + name) { return folder + "/" + name }
    throw .missingShipped(name: name, searched: searched)
  }

  /// The paths of files of a system package, each of them plain or gzipped.
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

  /// The folders above a path, the nearest first; the root is the empty string, so that `/` and a name can follow.
  private static func ancestors(_ path: String) -> [String] {
    var parts = path.split(separator: "/")
    var folders: [String] = []
    while !parts.isEmpty {
      parts.removeLast()
      folders.append(parts.map { "/" + $0 }.joined())
    }
    return folders
  }

  /// Whether there is a file that is no folder.
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
