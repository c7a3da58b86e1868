// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import Testing

/// Files with invalid headers, whose errors must name the field, and valid files.
@Suite struct SafetensorsFileTests {
  private func file(_ header: String, data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    let length = length ?? UInt64(header.utf8.count)
    return withUnsafeBytes(of: length.littleEndian, Array.init) + Array(header.utf8)
      + [UInt8](repeating: 0, count: data)
  }

  private func error(_ bytes: [UInt8]) -> SafetensorsError? {
    do throws(SafetensorsError) {
      _ = try SafetensorsFile(bytes)
      return nil
    } catch {
      return error
    }
  }

  private static func entry(
    _ name: String = "x", dtype: String = "F64", shape: String = "[1]", offsets: String = "[0,8]"
  ) -> String {
    #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let header: String
    let data: Int
    let words: [String]

    init(_ header: String, data: Int = 8, _ words: String...) {
      (self.header, self.data, self.words) = (header, data, words)
    }
    var testDescription: String { words.joined(separator: ", ") }
  }

  @Test(arguments: [
    Case("{\(entry(offsets: "[9223372036854775802,-9223372036854775802]"))}", "'x', data_offsets", "entry 2"),
    Case("{\(entry(offsets: "[9223372036854775800,9223372036854775808]"))}", "'x', data_offsets", "entry 2"),
    Case("{\(entry(offsets: "[9223372036854775799,9223372036854775807]"))}", "'x', data_offsets", "gap"),
    Case("{\(entry(offsets: "[8,0]"))}", "'x', data_offsets", "not a start and an end"),
    Case("{\(entry(offsets: "[0]"))}", "'x', data_offsets", "not a start and an end"),
    Case("{\(entry(offsets: "[0,8,8]"))}", "'x', data_offsets", "not a start and an end"),
    Case("{\(entry(offsets: "[0,8.0]"))}", "'x', data_offsets", "entry 2 is not a whole number"),
    Case("{\(entry(offsets: "[0,8e0]"))}", "'x', data_offsets", "entry 2 is not a whole number"),
    Case("{\(entry(offsets: "[0,08]"))}", "'x', data_offsets", "entry 2 is not a whole number"),
    Case("{\(entry(offsets: "[0,\"8\"]"))}", "'x', data_offsets", "entry 2 is not a whole number"),
    Case("{\(entry(shape: "[2305843009213693952]", offsets: "[0,0]"))}", "'x', shape", "than fit in a file"),
    Case("{\(entry(shape: "[4294967296,4294967296]", offsets: "[0,0]"))}", "'x', shape", "than fit in a file"),
    Case("{\(entry(shape: "[-1]"))}", "'x', shape", "entry 1 is not a whole number"),
    Case("{\(entry(shape: "[1e999999999]"))}", "'x', shape", "entry 1 is not a whole number"),
    Case("{\(entry(shape: "[[1]]"))}", "'x', shape", "entry 1 is not a whole number"),
    Case("{\(entry(shape: "[2]"))}", "'x', data_offsets", "8 bytes", "needs 16"),
    Case("{\(entry(dtype: "F4", shape: "[1]", offsets: "[0,8]"))}", "'x', data_offsets", "needs 1"),
    Case("{\(entry(dtype: "F99"))}", "'x', dtype", "'F99' is not known"),
    Case("{\"x\":{\"shape\":[1],\"data_offsets\":[0,8]}}", "'x', dtype", "missing"),
    Case("{\"x\":{\"dtype\":\"F64\",\"data_offsets\":[0,8]}}", "'x', shape", "missing"),
    Case("{\"x\":{\"dtype\":\"F64\",\"shape\":[1]}}", "'x', data_offsets", "missing"),
    Case("{\"x\":{\"dtype\":\"F64\",\"dtype\":\"F64\"}}", "'x', dtype", "twice"),
    Case("{\"x\":{\"colour\":1}}", "'x', colour", "no such field"),
    Case("{\(entry()),\(entry())}", "two tensors are named 'x'"),
    Case("{\(entry()),\(entry("y", offsets: "[4,12]"))}", data: 12, "'y', data_offsets", "overlap"),
    Case("{\(entry()),\(entry("y", offsets: "[16,24]"))}", data: 24, "'y', data_offsets", "gap"),
    Case("{\(entry())}", data: 7, "'x', data_offsets", "beyond the 7 bytes"),
    Case("{\(entry())}", data: 9, "tensors have 8 bytes, but 9"),
    Case("{\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}}", data: 0, "__metadata__", "'a' appears twice"),
    Case("{\"__metadata__\":{\"a\":1}}", data: 0, "byte 21", "expected \""),
    Case("{" + String(repeating: "\"x\":{", count: 100_000), data: 0, "'x', x", "no such field"),
    Case("{\(entry(shape: String(repeating: "[", count: 100_000)))}", "'x', shape", "entry 1"),
    Case("{\(entry(shape: "[" + String(repeating: "1,", count: 100) + "1]"))}", "'x', shape", "more than 64"),
    Case("{\"\\ud800\":{}}", data: 0, "unpaired surrogate"),
    Case("{\"\\u12G4\":{}}", data: 0, "hexadecimal"),
    Case("{\"x", data: 0, "never closed"),
    Case("{} x", data: 0, "unexpected data after the end"),
  ])
  func reportsTensorAndField(_ wrong: Case) {
    let message = error(file(wrong.header, data: wrong.data))?.message ?? "none"
    for word in wrong.words { #expect(message.contains(word), "\(message)") }
    #expect(message.utf8.count < 500)
  }

  @Test func checksTheLengthOfTheHeader() {
    for (length, word) in [
      (3, "but only 2 bytes follow"), (100_000_001, "more than the limit"), (.max, "more than the limit"),
      (1 << 63, "more than the limit"),
    ] as [(UInt64, String)] {
      #expect(error(file("{}", length: length))?.message.contains(word) == true)
    }
    for bytes in [[], [1, 2, 3], file(""), file("[]")] {
      #expect(error(bytes)?.message.hasPrefix("this is not a safetensors file") == true)
    }
  }

  @Test func readsTypesAndEscapes() throws {
    let names = #""w\u00e9\ud83d\ude00\n":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}"#
    var bytes = file("{\(names),\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[6,14]}}   ", data: 14)
    // 1, -2 and the smallest subnormal number of half precision.
    bytes.replaceSubrange(bytes.count - 14..<bytes.count - 8, with: [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00])
    let read = try SafetensorsFile(bytes)
    #expect(read.numbers("w\u{E9}\u{1F600}\n") == [1, -2, 5.960464477539063e-08])
    #expect(read.tensors["n"]?.shape == [] && read.tensors["n"]?.type.isWeight == false)
    #expect(read.numbers("n") == nil && read.numbers("m") == nil)
  }

  /// An empty tensor has no elements, whatever its other dimensions and their order.
  @Test(arguments: ["[0,4611686018427387904,4]", "[4611686018427387904,4,0]", "[4611686018427387904,0,4]"])
  func emptyTensorsMayHaveAnyShape(shape: String) throws {
    let read = try SafetensorsFile(file("{\(Self.entry(shape: shape, offsets: "[0,0]"))}", data: 0))
    #expect(read.numbers("x") == [])
  }

  @Test func writesWhatItReads() throws {
    var writer = SafetensorsWriter(metadata: ["a\"\\\n\u{1}\u{1F600}": "b\t/"])
    writer.add("y", .f64, shape: [2, 1]) { [.pi, -.infinity] }
    writer.add("x.\"1\"", .f32, shape: [0, 3]) { [] }
    let file = try SafetensorsFile(writer.bytes)
    #expect(file.metadata == ["a\"\\\n\u{1}\u{1F600}": "b\t/"])
    #expect(file.numbers("y") == [.pi, -.infinity])
    #expect(file.tensors["x.\"1\""]?.shape == [0, 3])
  }
}
