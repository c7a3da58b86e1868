// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import ReaderProperties
import Testing

/// Files that a fuzzer or a person made for the readers; see Tests/Fuzz.
struct CorpusTests {
  @Test(arguments: ReaderProperties.allCases)
  func keepsItsProperties(_ reader: ReaderProperties) throws {
    let folder = try #require(Bundle.module.url(forResource: "Corpus/\(reader.rawValue)", withExtension: nil))
    let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    #expect(!files.isEmpty)
    for file in files {
      let bytes = [UInt8](try Data(contentsOf: file))
      #expect(reader.broken(by: bytes) == nil, "\(reader.rawValue)/\(file.lastPathComponent)")
    }
  }
}
