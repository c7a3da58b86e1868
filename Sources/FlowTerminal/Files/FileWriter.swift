// SPDX-License-Identifier: GPL-3.0-or-later
import CSystem
import FlowMath
import FlowRuntime
import FlowText
import Glibc

/// Writes whole files, so that a reader sees either the old content or the new one, never a part of it.
///
/// The content is written to an unnamed file, which the system removes if the process is killed. The file gets its name
/// only when it is complete and on the disk. Symbolic links are followed and not replaced, and an existing file keeps
/// its permissions.
///
/// Targets that cannot be replaced are written in place: devices, pipes, and the file that the program's output is
/// redirected to.
struct FileWriter {
  /// Ends waits and writes when a stop is requested.
  let stop = StopToken.current
  /// Pauses before a retry that depends on another process.
  var pause: () -> Void = { poll(nil, 0, patience) }

  /// Writes the bytes to a file, the target of a link, a device or a pipe.
  func write(_ bytes: [UInt8], to path: SystemPath) throws(HostFailure) {
    var old = stat()
    guard stat(path.cString, &old) == 0 else {
      guard errno == ENOENT else { throw systemFailure() }
      return try replace(nil, at: try path.endOfLinks(), with: bytes)
    }
    switch old.st_mode & S_IFMT {
    case S_IFREG:
      let target = try path.endOfLinks()
      if let descriptor = OpenDescriptor.find(old, at: target) { return try write(bytes, into: descriptor) }
      if target.isOpenFileLink {
        throw .system("this program cannot write to that descriptor; save to the file's own path instead")
      }
      guard access(path.cString, W_OK) == 0 else { throw systemFailure() }
      try replace(old, at: target, with: bytes)
    case S_IFDIR: throw systemFailure(EISDIR)
    default: try overwrite(path, with: bytes, isPipe: old.st_mode & S_IFMT == S_IFIFO)
    }
  }

  private func replace(_ old: stat?, at target: SystemPath, with bytes: [UInt8]) throws(HostFailure) {
    if target.name.isEmpty { throw systemFailure(target.isEmpty ? ENOENT : EISDIR) }
    try clearLeftover(of: target)
    let file = gf_open_unnamed(target.folder.cString, 0o666)
    if file >= 0 {
      defer { close(file) }
      try fill(file, with: bytes, like: old)
      if try publish(file, target, replacing: old != nil) { return }
    } else if errno == ENOENT {
      throw .system("there is no folder '\(target.folder.text)'")
    } else if errno != EOPNOTSUPP, errno != EISDIR, errno != EINVAL {
      throw systemFailure()
    }
    try writeNamed(target, bytes, like: old)
  }

  /// Gives an unnamed file its name. Returns false if the system cannot do that.
  private func publish(_ file: Int32, _ target: SystemPath, replacing: Bool) throws(HostFailure) -> Bool {
    func link(to path: SystemPath) -> Int32 {
      linkat(AT_FDCWD, "/proc/self/fd/\(file)", AT_FDCWD, path.cString, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno
    }
    if !replacing {
      let failure = link(to: target)
      if failure != EEXIST { return failure == 0 }
    }
    // Linking cannot replace an existing name, so the file gets a temporary name first, which is then renamed.
    let (draft, failure) = try makeDraft(of: target, link)
    if failure != 0 { return false }
    try move(draft, to: target)
    return true
  }

  /// Writes a file that has a name from the start, for file systems without unnamed files.
  func writeNamed(_ target: SystemPath, _ bytes: [UInt8], like old: stat?) throws(HostFailure) {
    var file: Int32 = -1
    let (draft, failure) = try makeDraft(of: target) { draft in
      file = open(draft.cString, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if file < 0 { return errno }
      let isLocked = flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
      if isLocked, Self.isSame(file, draft) { return 0 }
      // Another process mistook it for a leftover and removed it before it was locked.
      close(file)
      return EEXIST
    }
    if failure != 0 { throw systemFailure(failure) }
    defer { close(file) }
    do throws(HostFailure) {
      try fill(file, with: bytes, like: old)
    } catch {
      unlink(draft.cString)
      throw error
    }
    try move(draft, to: target)
  }

  private func move(_ draft: SystemPath, to target: SystemPath) throws(HostFailure) {
    guard rename(draft.cString, target.cString) == 0 else {
      let failure = systemFailure()
      unlink(draft.cString)
      throw failure
    }
  }

  /// Locks a new file, to show other processes that its writer is alive, writes the content and flushes it to the disk.
  private func fill(_ file: Int32, with bytes: [UInt8], like old: stat?) throws(HostFailure) {
    _ = flock(file, LOCK_EX | LOCK_NB)
    if let old {
      // Only the superuser can change the owner of a file; all others already own it.
      if old.st_uid != geteuid() || old.st_gid != getegid() { _ = fchown(file, old.st_uid, old.st_gid) }
      fchmod(file, old.st_mode & 0o777)
    }
    try write(bytes, into: file)
    // Writing clears the set-user-ID and set-group-ID bits.
    if let old, old.st_mode & 0o7000 != 0 { fchmod(file, old.st_mode & 0o7777) }
    // Without this, a power failure soon afterwards could leave an empty file in place of the old one.
    if fsync(file) != 0, errno != EINVAL, errno != EROFS, errno != EOPNOTSUPP { throw systemFailure() }
  }

  private func write(_ bytes: [UInt8], into file: Int32) throws(HostFailure) {
    var failure: Int32 = 0
    bytes.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty, failure == 0 {
        if stop.isRequested { failure = EINTR }
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 20))
        let count = failure == 0 ? Glibc.write(file, piece.baseAddress, piece.count) : 0
        if count >= 0 {
          rest = rest.dropFirst(count)
        } else if errno == EAGAIN {
          var ready = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, Self.patience)
        } else if errno != EINTR {
          failure = errno
        }
      }
    }
    if failure != 0 { throw systemFailure(failure) }
  }

  /// Writes to a file that is not a regular file, such as a terminal or a pipe. Waits until a pipe has a reader.
  /// Escapes control characters if the file is a terminal.
  private func overwrite(_ path: SystemPath, with bytes: [UInt8], isPipe: Bool) throws(HostFailure) {
    var file = open(path.cString, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    while file < 0, errno == ENXIO, isPipe {
      if stop.isRequested { throw systemFailure(EINTR) }
      pause()
      file = open(path.cString, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    }
    guard file >= 0 else { throw systemFailure() }
    defer { close(file) }
    guard isatty(file) == 1 else { return try write(bytes, into: file) }
    let text = StyledText(String(decoding: bytes, as: UTF8.self))
    let shown = text.encoded(showingControls: true) { stop.isRequested }
    try write(Array(shown.utf8), into: file)
  }

  /// The interval in milliseconds at which to check for a stop request.
  static let patience: Int32 = 20
}
