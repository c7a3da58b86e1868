// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import Glibc

// The second name that a file needs for a moment before it replaces another one.
extension FileWriter {
  /// Calls `make` with the path of a draft until it returns anything but EEXIST. Returns the path and that error number,
  /// which is 0 if there is a draft now.
  ///
  /// The draft has its usual name unless that cannot be freed, so anyone who may write to the folder can take that name
  /// and prevent nothing.
  func makeDraft(
    of target: SystemPath, _ make: (SystemPath) -> Int32
  ) throws(HostFailure) -> (draft: SystemPath, failure: Int32) {
    var draft = usualDraft(of: target)
    while true {
      if isStopped() { throw systemFailure(EINTR) }
      if !(try clear(draft)) { draft = target.sibling(Self.draftName(of: .random(in: 0 ... .max)).utf8) }
      let failure = make(draft)
      if failure != EEXIST { return (draft, failure) }
    }
  }

  /// Removes a draft that a killed process has left.
  func clearLeftover(of target: SystemPath) throws(HostFailure) { _ = try clear(usualDraft(of: target)) }

  private func usualDraft(of target: SystemPath) -> SystemPath {
    target.sibling(Self.draftName(for: target.name).utf8)
  }

  /// The name of the draft of a file: the same for every process, so that the next one finds it, and short, whatever the
  /// file's name.
  static func draftName(for name: some Sequence<UInt8>) -> String {
    // FNV-1a.
    draftName(of: name.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 })
  }

  private static func draftName(of number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return ".gradflow-" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Frees the name of a draft: removes a draft whose writer has died and waits a while for one that is alive. Returns
  /// false if something else has the name or the draft cannot be removed, as another user's in a folder with the sticky
  /// bit.
  ///
  /// A writer holds a lock, which ends with its process. A process ID would be meaningless in another container or on
  /// another machine.
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
      if isStopped() { throw systemFailure(EINTR) }
      poll(nil, 0, Self.patience)
    }
    return false
  }

  /// After two seconds whoever holds the lock is not about to finish.
  private static let mostWaits = 100

  /// Whether an open file is the one of that name.
  static func isSame(_ file: Int32, _ path: SystemPath) -> Bool {
    var (open, named) = (stat(), stat())
    return fstat(file, &open) == 0 && lstat(path.cString, &named) == 0 && open.st_ino == named.st_ino
      && open.st_dev == named.st_dev
  }
}
