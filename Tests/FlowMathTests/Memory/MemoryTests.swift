// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import Testing

@Suite struct MemoryTests {
  @Test(arguments: [
    (0, "0 bytes"), (1000, "1000 bytes"), (1 << 10, "1 KiB"), (1 << 20, "1 MiB"), (3 << 20, "3 MiB"),
    (3_000_000, "3000000 bytes"), (1 << 30, "1 GiB"), (10 << 20 | 1, "11 MiB"), (2_592_648_000, "2473 MiB"),
    (10 << 30 | 1, "11 GiB"), (1 << 62, "4294967296 GiB"), (.max, "8589934592 GiB"),
  ])
  func sizesAsText(_ bytes: Int, _ words: String) {
    #expect(bytes.byteCount == words)
  }

  @Test func refusalsBecomeTheCallersError() {
    struct Refused: Error, Equatable { let bytes: Int }
    #expect(throws: Refused(bytes: 1 << 62)) { try requireMemory(1e30) { Refused(bytes: $0.bytes) } }
    #expect(throws: Never.self) { try requireMemory(1e6) { Refused(bytes: $0.bytes) } }
  }
}
