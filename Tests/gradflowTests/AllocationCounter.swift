// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Glibc

/// A shared object that is loaded before the C library and counts the memory allocations of a program.
struct AllocationCounter {
  private let folder: String

  /// The C compiler of the system, or that of the Swift toolchain.
  static let compiler: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let candidates = ["cc", "clang"].flatMap { name in path.split(separator: ":").map { "\($0)/\(name)" } }
    return candidates.first { access($0, X_OK) == 0 }
  }()

  init(compiler: String) throws {
    folder = try Program.temporaryFolder()
    try Self.source.write(toFile: "\(folder)/count.c", atomically: false, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: compiler)
    process.arguments = ["-shared", "-fPIC", "-O1", "\(folder)/count.c", "-o", "\(folder)/count.so"]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Program.Failure(text: "the counter does not compile") }
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Returns the number of allocations of a script, from the start to the end of the program.
  func count(_ script: String, threads: Int) throws -> Int {
    let counts = "\(folder)/counts"
    let result = try Program.run(
      ["--no-init", "--quiet", "--threads", "\(threads)", "-e", script],
      environment: ["LD_PRELOAD": "\(folder)/count.so", "ALLOCATION_COUNT": counts])
    guard result.status == 0 else { throw Program.Failure(text: "\(result.errors)\n\(script)") }
    guard let count = Int(try String(contentsOfFile: counts, encoding: .utf8)) else {
      throw Program.Failure(text: "no count")
    }
    return count
  }

  /// Replacements that count each call and use the C library's functions under the names it exports for this purpose.
  private static let source = """
    #include <errno.h>
    #include <stdatomic.h>
    #include <stdio.h>
    #include <stdlib.h>

    void *__libc_malloc(size_t);
    void *__libc_calloc(size_t, size_t);
    void *__libc_realloc(void *, size_t);
    void *__libc_memalign(size_t, size_t);

    static atomic_long calls;

    void *malloc(size_t size) { calls++; return __libc_malloc(size); }
    void *calloc(size_t count, size_t size) { calls++; return __libc_calloc(count, size); }
    void *realloc(void *old, size_t size) { calls++; return __libc_realloc(old, size); }
    void *aligned_alloc(size_t alignment, size_t size) { calls++; return __libc_memalign(alignment, size); }
    int posix_memalign(void **result, size_t alignment, size_t size) {
      calls++;
      void *memory = __libc_memalign(alignment, size);
      if (!memory) return ENOMEM;
      *result = memory;
      return 0;
    }

    __attribute__((destructor)) static void report(void) {
      long counted = calls;
      FILE *file = fopen(getenv("ALLOCATION_COUNT"), "w");
      fprintf(file, "%ld", counted);
      fclose(file);
    }
    """
}
