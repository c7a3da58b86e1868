// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowMath
import Glibc
import Synchronization
import Testing

/// Reads files of every kind. Reads are bounded and end when a stop is requested.
@Suite struct ContentReaderTests {
  let folder = DataFolder()

  private func error(_ path: String, limit: Int = 1 << 20) -> FileError? {
    do throws(FileError) {
      _ = try ContentReader(path).readAll(limit: limit)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: [true, false])
  func limitsTheContent(_ isPacked: Bool) throws {
    let bytes = [UInt8](repeating: 7, count: 3_000_000)
    let path = isPacked ? folder.gzip("x", bytes) : folder.write("x", bytes)
    #expect(try ContentReader(path).readAll(limit: 3_000_000) == bytes)
    #expect(error(path, limit: 2_999_999) == .tooLarge(limit: 2_999_999, isPacked: isPacked))
    #expect(error(path)?.reason == (isPacked ? "it unpacks to more than 1 MiB" : "it holds more than 1 MiB"))
    #expect(error(path)?.hint?.contains("'max_size:', in bytes, such as 2097152") == true)
  }

  /// All members are read, also those after zeros, as by Python's gzip module.
  @Test(arguments: [0, 1, 700])
  func readsAllMembers(zeros: Int) throws {
    let member = folder.bytes(folder.gzip("member", Array("hello\n".utf8)))
    let padding = [UInt8](repeating: 0, count: zeros)
    let path = folder.write("members", member + padding + member + padding)
    #expect(try ContentReader(path).readAll(limit: 100) == Array("hello\nhello\n".utf8))
  }

  /// A file that is too large is refused before anything is read.
  @Test func limitsASparseFile() {
    let path = folder.write("sparse", "x")
    #expect(truncate(path, 1 << 40) == 0)
    #expect(error(path, limit: 1 << 30) == .tooLarge(limit: 1 << 30, isPacked: false))
  }

  @Test func limitsAnEndlessFile() {
    #expect(error("/dev/zero") == .tooLarge(limit: 1 << 20, isPacked: false))
  }

  /// Files in /proc have a size of 0.
  @Test func readsFilesWithoutASize() throws {
    let status = try ContentReader("/proc/self/status").readAll(limit: 1 << 20)
    #expect(String(decoding: status, as: UTF8.self).hasPrefix("Name:"))
    #expect(try ContentReader("/dev/null").readAll(limit: 1) == [])
  }

  @Test func rejectsPathsThatAreNotFiles() {
    #expect(error(folder.path) == .unreadable(reason: "it is a folder"))
    #expect(error("x\0y") == .unreadable(reason: "it contains a NUL character"))
    let path = folder.path + "/s"
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(status == 0)
    #expect(error(path) == .unreadable(reason: "it is a socket"))
  }

  /// The writer opens the FIFO while the reader waits, writes twice and closes it.
  @Test func waitsForTheWriterOfAFIFO() throws {
    let path = folder.path + "/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    let writer = startThread { [path] in
      let descriptor = open(path, O_WRONLY)
      for text in ["one ", "two"] {
        write(descriptor, text, text.utf8.count)
        usleep(100_000)
      }
      close(descriptor)
    }
    let bytes = try ContentReader(path).readAll(limit: 1 << 20)
    pthread_join(writer, nil)
    #expect(String(decoding: bytes, as: UTF8.self) == "one two")
  }

  /// Reads a FIFO without a writer, and one whose writer does not write.
  @Test(arguments: [false, true])
  func endsAWaitWhenAStopIsRequested(_ hasWriter: Bool) {
    let path = folder.path + "/fifo"
    #expect(mkfifo(path, 0o600) == 0)
    let writer = hasWriter ? open(path, O_RDWR) : -1
    defer { if hasWriter { close(writer) } }
    let token = StopToken()
    let stopper = startThread {
      usleep(150_000)
      token.request()
    }
    StopToken.$current.withValue(token) { #expect(error(path) == .stopped) }
    pthread_join(stopper, nil)
  }

  @Test func endsUnpackingWhenAStopIsRequested() {
    let path = folder.gzip("zeros", [UInt8](repeating: 0, count: 50_000_000))
    let token = StopToken()
    let reports = Mutex(0)
    let result = StopToken.$current.withValue(token) {
      Result { () throws(FileError) in
        try ContentReader(path) { _ in
          reports.withLock { $0 += 1 }
          token.request()
        }.readAll(limit: 1 << 30)
      }
    }
    #expect(result == .failure(.stopped))
    #expect(reports.withLock { $0 } == 1)
  }

  /// A file that cannot be opened must not leak a buffer. Leaked buffers would show only in the address space, because
  /// they are never written. They would take 1 GiB.
  @Test func failedOpensDoNotLeakMemory() throws {
    // Other tests in this process map memory at the same time, but not in every round.
    let growths = try (0..<3).map { _ in
      let before = try addressSpace()
      for _ in 0..<4096 { #expect(error(folder.path + "/none") == .missing) }
      return try addressSpace() - before
    }
    #expect(growths.min()! < 512 << 20)
  }

  /// The address space of the process, in bytes.
  private func addressSpace() throws -> Int {
    let numbers = String(decoding: try ContentReader("/proc/self/statm").readAll(limit: 1 << 10), as: UTF8.self)
    let pages = try #require(numbers.split(separator: " ").first.flatMap { Int($0) })
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  @Test func skipsZerosAfterGzipAndRejectsOtherBytes() throws {
    let packed = folder.bytes(folder.gzip("x", Array("hello".utf8)))
    let two = folder.write("two", packed + packed + [0, 0, 0])
    #expect(try ContentReader(two).readAll(limit: 100) == Array("hellohello".utf8))
    guard case .corruptGzip = error(folder.write("rubbish", packed + Array("rubbish".utf8))) else {
      Issue.record("bytes behind the gzip data are not noticed")
      return
    }
  }
}

/// Runs a function on a new thread, which the caller must join.
private func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
  final class Body { let run: @Sendable () -> Void; init(_ run: @escaping @Sendable () -> Void) { self.run = run } }
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { argument in
      Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue().run()
      return nil
    }, Unmanaged.passRetained(Body(body)).toOpaque())
  return thread
}
