// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData
import FlowTables
import Foundation
import SeededRandom
import Testing

@testable import FlowReading

/// Arrays that NumPy wrote; see Reference/make.py.
struct ArrayTests {
  private static func bytes(_ name: String) throws -> [UInt8] {
    let folder = try #require(Bundle.module.resourceURL).appending(path: "Reference")
    return [UInt8](try Data(contentsOf: folder.appending(path: name)))
  }

  @Test(arguments: [
    ("f8.npy", [2, 3]), ("f4_big.npy", [5]), ("f2.npy", [4]), ("columns.npy", [2, 3, 4]), ("single.npy", []),
    ("empty.npy", [0, 3]),
  ]) func arrays(_ name: String, _ shape: [Int]) throws {
    guard case .array(let array) = try read(Self.bytes(name), as: name).content else {
      Issue.record("no array")
      return
    }
    #expect(array.shape == shape)
    let count = shape.reduce(1, *)
    let expected: [Double] = (0..<count).map { Double($0) / 8 - 1 }
    #expect(array.numbers == expected)
  }

  @Test func types() throws {
    guard case .array(let integers) = try read(Self.bytes("integers.npy"), as: "x").content,
      case .array(let booleans) = try read(Self.bytes("booleans.npy"), as: "x").content
    else {
      Issue.record("no array")
      return
    }
    #expect(integers.numbers == [-3, 0, 1_099_511_627_776])
    #expect(booleans.isBoolean && booleans.numbers == [1, 0])
    #expect(fault(try Self.bytes("complex.npy"), as: "c.npy")?.contains("'<c16', which are not real numbers") == true)
  }

  @Test(arguments: ["plain.npz", "packed.npz"]) func archives(_ name: String) throws {
    guard case .record(let fields) = try read(Self.bytes(name), as: name).content,
      case .array(let first)? = fields.first?.content
    else {
      Issue.record("no archive")
      return
    }
    #expect(fields.first?.name == "w")
    let expected: [Double] = name == "plain.npz" ? [1, 0, 0, 1] : (0..<1000).map(Double.init)
    #expect(first.numbers == expected)
  }

  /// Two arrays of the same name are an error, because only one of them could have the name.
  @Test func repeatedMembers() throws {
    let array = try Self.bytes("f8.npy")
    #expect(fault(Self.archive([("a.npy", array), ("b.npy", array)]), as: "x.npz") == nil)
    let repeated = Self.archive([("a.npy", array), ("b.npy", array), ("a.npy", array)])
    #expect(fault(repeated, as: "x.npz") == "'x.npz' contains two arrays named 'a'")
    // Other members do not matter.
    #expect(fault(Self.archive([("x", []), ("a.npy", array), ("x", [])]), as: "x.npz") == nil)
  }

  /// Returns a zip archive with the given members, which are not compressed.
  private static func archive(_ members: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func little(_ number: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    var (result, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in members {
      // Version, flags, method and time, the checksum and the sizes.
      let common =
        little(20, 2) + little(0, 8) + little(checksum(bytes), 4) + little(bytes.count, 4) + little(bytes.count, 4)
        + little(name.utf8.count, 2)
        + little(0, 2)
      directory += little(0x0201_4B50, 4) + little(20, 2) + common + little(0, 10) + little(result.count, 4)
      directory += Array(name.utf8)
      result += little(0x0403_4B50, 4) + common + Array(name.utf8) + bytes
    }
    let end =
      little(0x0605_4B50, 4) + little(0, 4) + little(members.count, 2) + little(members.count, 2)
      + little(directory.count, 4) + little(result.count, 4) + little(0, 2)
    return result + directory + end
  }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> Int {
    let rest = bytes.reduce(UInt32.max) { rest, byte in
      (0..<8).reduce(rest ^ UInt32(byte)) { rest, _ in rest & 1 == 1 ? rest >> 1 ^ 0xEDB8_8320 : rest >> 1 }
    }
    return Int(~rest)
  }

  /// A changed byte of a number is found by the checksum.
  @Test(arguments: ["plain.npz", "packed.npz"]) func checksums(_ name: String) throws {
    var bytes = try Self.bytes(name)
    let middle = try #require(bytes.firstRange(of: Array("w.npy".utf8))?.upperBound) + 150
    bytes[middle] ^= 1
    #expect(fault(bytes, as: name)?.contains("is not a valid archive: 'w.npy'") == true)
  }

  @Test func tensors() throws {
    let header =
      #"{"b.weight":{"dtype":"F64","shape":[2,2],"data_offsets":[0,32]},"#
      + #""n":{"dtype":"I8","shape":[2],"data_offsets":[32,34]},"c":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[34,35]}}"#
    var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init) + Array(header.utf8)
    for number in [3, 4, 0, Double.nan] { bytes += withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init) }
    bytes += [0xFF, 2, 0]
    guard case .table(let table) = try read(bytes, as: "w.safetensors").content else {
      Issue.record("no table")
      return
    }
    #expect(
      DocumentWriter.text(of: .table(table), .csv) == """
        name,shape,format,norm,mean,std,min,max,zeros,nonfinite
        b.weight,2 x 2,f64,5,2.3333333333333335,1.699673171197595,0,4,1,1
        n,"2",i8,2.23606797749979,0.5,1.5,-1,2,0,0
        c,"1",f8_e5m2,,,,,,,

        """)
  }

  /// Damaged files are errors, and never crash.
  @Test(arguments: ["f8.npy", "columns.npy", "plain.npz", "packed.npz"]) func damage(_ name: String) throws {
    let whole = try Self.bytes(name)
    var random = SeededGenerator(seed: 8)
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      _ = try? read(bytes, as: name)
    }
    for length in 0..<min(whole.count, 300) { #expect(fault(Array(whole.prefix(length)), as: name) != nil) }
  }
}
