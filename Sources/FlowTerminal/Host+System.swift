// SPDX-License-Identifier: GPL-3.0-or-later
import FlowArchive
import FlowData
import FlowMath
import FlowRuntime
import FlowText
import Glibc

extension Host {
  /// Returns the host for this machine: its streams, files, folders, commands and clock. The parameters depend on the
  /// program's options.
  package static func system(
    program: String, usesColour: Bool, stopReason: @escaping @Sendable () -> StopReason?, isSafe: Bool,
    arguments: [String]
  ) -> Host {
    var host = Host(
      output: { text throws(HostFailure) in try SystemStream.output.write(text, showingControls: isSafe) },
      page: { text throws(HostFailure) in isSafe ? false : try Pager.show(text) }, note: { FlowTerminal.note($0) },
      transient: { SystemStream.error.replaceLine(by: $0) }, noteWidth: { SystemStream.error.redrawWidth },
      width: { SystemStream.output.width }, height: { SystemStream.output.height }, usesColour: { usesColour },
      usesUnicode: { localeUsesUnicode() }, readFile: readSystemFile,
      openForReading: openSystemFile,
      writeFile: { path, bytes throws(HostFailure) in
        try FileWriter().write(bytes, to: try SystemPath(expanding: path))
      },
      openDatabase: openSystemDatabase, pipe: runCommand,
      filter: runFilter, list: listFolder, clock: monotonicSeconds,
      stopReason: stopReason, isSafe: isSafe, arguments: arguments)
    host.program = program
    host.canonicalPath = resolvedPath
    host.exists = { path in (try? SystemPath(expanding: path)).map { access($0.cString, F_OK) == 0 } ?? false }
    host.variable = { FlowTerminal.variable($0) }
    host.changeFolder = WorkingFolder.change
    host.openForWriting = { path throws(HostFailure) in
      let file = try GrowingFile(try SystemPath(expanding: path))
      return HostFile { bytes throws(HostFailure) in try file.append(bytes) }
    }
    return host
  }
}

@Sendable private func readSystemFile(_ path: String, _ limit: Int) throws(HostFailure) -> [UInt8] {
  do throws(FileError) {
    return try ContentReader(path).readAll(limit: limit)
  } catch {
    throw failure(error, path)
  }
}

@Sendable private func openSystemFile(_ path: String) throws(HostFailure) -> OpenFile {
  do throws(FileError) {
    let reader = try ContentReader(path)
    return OpenFile(isRepeatable: reader.isRepeatable) { most throws(HostFailure) in
      do throws(FileError) {
        return try reader.next(most)
      } catch {
        throw .system(error.reason, hint: error.hint)
      }
    }
  } catch {
    throw failure(error, path)
  }
}

/// Returns the failure for an error in reading a file.
private func failure(_ error: FileError, _ path: String) -> HostFailure {
  let meant = error == .missing ? similarPath(to: path, listFolder) : nil
  return .system(error.reason, hint: meant.map { "did you mean '\($0)'?" } ?? error.hint)
}

/// Opens a database at the end of a path's links, because SQLite keeps a journal next to it.
@Sendable private func openSystemDatabase(
  _ text: String, _ access: DatabaseAccess
) throws(Complaint) -> any DatabaseFile {
  let path = access == .inMemory ? text : try DatabasePath.find(text, for: access)
  return try SQLiteFile(path: path, name: text, access: access)
}

@Sendable func listFolder(_ folder: String) -> [String] {
  guard let path = try? SystemPath(expanding: folder.isEmpty ? "." : folder), let stream = opendir(path.cString) else {
    return []
  }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(entry.pointee.d_type == UInt8(DT_DIR) ? name + "/" : name) }
  }
  return names.sorted()
}

/// Returns the absolute path of a file without symbolic links, or the path itself if there is no such file.
@Sendable private func resolvedPath(_ path: String) -> String {
  guard let expanded = try? SystemPath(expanding: path), let resolved = realpath(expanded.cString, nil) else {
    return path
  }
  defer { free(resolved) }
  return String(cString: resolved)
}
