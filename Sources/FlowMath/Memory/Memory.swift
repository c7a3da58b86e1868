// SPDX-License-Identifier: GPL-3.0-or-later
import CSystem
import Glibc

/// The error thrown when the system refuses memory, or the limit of `--safe` does not allow it.
public struct MemoryRefusal: Error, Sendable, Equatable {
  /// The number of bytes requested.
  public let bytes: Int
  /// The number of bytes that `--safe` allows the process, if that limit is the reason.
  public let bound: Int?

  public init(bytes: Int, bound: Int? = nil) {
    self.bytes = bytes
    self.bound = bound
  }

  /// A description of the error, without a full stop.
  public var message: String {
    guard let bound else { return "out of memory: the system could not provide another \(bytes.byteCount)" }
    return "this needs \(bytes.byteCount) more, beyond the \(bound >> 20) MiB allowed"
  }
}

/// Throws if the system or the limit of `--safe` would currently refuse the given number of bytes.
///
/// Call this before allocating anything whose size the user chooses: Swift's own collections and the many buffers of a
/// network cannot report a failed allocation. Sizes below 1 MiB are never refused, because they fit into the reserve of
/// `gf_memory_arm`.
/// - Parameter bytes: The size in bytes, as a `Double` so that no product of counts can overflow.
public func requireMemory(_ bytes: Double) throws(MemoryRefusal) {
  guard bytes >= 0x1p20 else { return }
  let size = bytes < 0x1p62 ? Int(bytes) : 1 << 62
  try checkBound(size)
  // The mapping is never written, so it costs address space for a moment but no memory.
  let probe = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let probe, probe != MAP_FAILED else { throw MemoryRefusal(bytes: size) }
  munmap(probe, size)
}

/// Throws an error made by `failure` if the system or the limit of `--safe` would currently refuse the given number of
/// bytes.
public func requireMemory<Failure: Error>(
  _ bytes: Double, orThrow failure: (MemoryRefusal) -> Failure
) throws(Failure) {
  do throws(MemoryRefusal) {
    try requireMemory(bytes)
  } catch {
    throw failure(error)
  }
}

/// Allocates memory aligned to a cache line. A large allocation requests large pages: products read rows that are far
/// apart, and a growing record then causes fewer page faults.
public func allocatePages(_ bytes: Int) -> UnsafeMutableRawPointer {
  let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: pageAlignment(bytes))
  adviseLargePages(memory, bytes)
  return memory
}

/// Allocates memory like `allocatePages`, but throws if the system or the limit of `--safe` refuses it.
public func tryAllocatePages(_ bytes: Int) throws(MemoryRefusal) -> UnsafeMutableRawPointer {
  try checkBound(bytes)
  guard let memory = gf_memory_try(pageAlignment(bytes), bytes) else { throw MemoryRefusal(bytes: bytes) }
  adviseLargePages(memory, bytes)
  return memory
}

/// Makes the process stop with an out-of-memory error. Call this in code that does not throw because it has results to
/// keep.
public func reportRefusal(_ refusal: MemoryRefusal) { gf_memory_report(refusal.bytes) }

private func checkBound(_ bytes: Int) throws(MemoryRefusal) {
  let bound = gf_memory_exceeds(bytes)
  if bound > 0 { throw MemoryRefusal(bytes: bytes, bound: Int(bound)) }
}

private let largePage = 1 << 21

private func pageAlignment(_ bytes: Int) -> Int { bytes < largePage ? 64 : largePage }

private func adviseLargePages(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
  if bytes >= largePage { madvise(memory, bytes, MADV_HUGEPAGE) }
}
