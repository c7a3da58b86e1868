// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import FlowTables

struct PNGResolutionTests {
  /// The smallest header of a PNG file, whose checksum is not examined here.
  private let header: [UInt8] =
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8)
    + [UInt8](repeating: 1, count: 17)

  /// 300 dots per inch are 11,811 dots per metre. The checksum is that of zlib's crc32.
  @Test func chunkFollowsTheHeader() {
    let written = PNGResolution.adding(300, to: header + [7, 8])
    #expect(Array(written.prefix(33)) == header && Array(written.suffix(2)) == [7, 8])
    #expect(
      Array(written[33..<54])
        == [0, 0, 0, 9] + Array("pHYs".utf8) + [0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1, 0x78, 0xA5, 0x3F, 0x76])
  }

  @Test func otherFilesStayAsTheyAre() {
    for bytes in [[], header, Array("%PDF-1.5 and more than thirty-three bytes".utf8)] as [[UInt8]] {
      #expect(PNGResolution.adding(300, to: bytes) == bytes)
    }
  }
}
