// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

// Drafts: the temporary name that a file needs before it replaces an existing one.
extension FileWriter {
  /// Calls `make` with the path of a draft until it returns anything but EEXIST. Returns the path and that error
  /// number, which is 0 if the draft now exists.
  ///
  /// The draft has its usual name unless that cannot be freed. Other users who may write to the folder can therefore
  /// not prevent a save by taking that name.
  func makeDraft(
    of target: SystemPath, _ make: (SystemPath) -> Int32
  ) throws(HostFailure) -> (draft: SystemPath, failure: Int32) {
    var draft = usualDraft(of: target)
    while true {
      if stop.isRequested { throw systemFailure(EINTR) }
      if !(try clear(draft)) { draft = target.sibling(Self.draftName(of: .random(in: 0 ... .max)).utf8) }
      let failure = make(draft)
      if failure != EEXIST { return (draft, failure) }
    }
  }

  /// Removes a draft left behind by a process that was killed.
  func clearLeftover(of target: SystemPath) throws(HostFailure) { _ = try clear(usualDraft(of: target)) }

  private func usualDraft(of target: SystemPath) -> SystemPath {
    target.sibling(Self.draftName(for: target.name).utf8)
  }

  /// Returns the name of the draft of a file. It is the same for every process, so that a later one finds it, and it is
  /// short regardless of the file's name.
  static func draftName(for name: some Sequence<UInt8>) -> String {
    // FNV-1a.
    draftName(of: name.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }

  private static func draftName(of number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return ".gradflow-" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Frees the name of a draft: removes it if its writer has ended, or else waits for the writer for a while. Returns
  /// false if the name belongs to something else, or if the draft cannot be removed, for example because it belongs to
  /// another user and the folder has the sticky bit.
  ///
  /// A writer holds a lock, which is released when its process ends. A process ID would be meaningless in another
  /// container or on another machine.
  private func clear(_ draft: SystemPath) throws(HostFailure) -> Bool {
    for _ in 0..<Self.mostWaits {
      let file = open(draft.cString, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
      guard file >= 0 else { return errno == ENOENT || errno == ENOTDIR }
      defer { close(file) }
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
      guard flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK else {
        return !Self.isSame(file, draft) || unlink(draft.cString) == 0
      }
      // Another user could hold the lock forever.
      guard status.st_uid == geteuid() else { return false }
      if stop.isRequested { throw systemFailure(EINTR) }
      pause()
    }
    return false
  }

  /// The number of attempts, about two seconds in total, after which the holder of the lock is assumed to be stuck.
  private static let mostWaits = 100

  /// Returns whether a path refers to an open file.
  static func isSame(_ file: Int32, _ path: SystemPath) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(file, &open) == 0 && lstat(path.cString, &named) == 0 && open.st_ino == named.st_ino
      && open.st_dev == named.st_dev
  }
}
