// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Plots of the real program, in files and on a terminal.
struct PictureTests {
  private static let hasGnuplot = FileManager.default.isExecutableFile(atPath: "/usr/bin/gnuplot")

  /// The first bytes of each kind of file.
  private static let heads = [
    "svg": Array("<?xml".utf8), "png": [0x89, 0x50, 0x4E, 0x47], "pdf": Array("%PDF".utf8),
  ]

  /// Plots of every kind, including empty ones.
  private static let plots = [
    "plot([1, 1e5, nan, 3])", "curve(tanh) |> plot", "hist([1, 2, 2])", "hist([])", "plot([nan])",
    "table([record(a: \"it's\", b: 1), record(a: \"two_2\", b: -2)]) |> plot",
    "table([record(x: 1, y: 1, z: 0.1), record(x: 2, y: 2, z: 1e4)]) |> plot(z: z)",
    "table([record(x: 1, y: 1, z: 1)]) |> plot(z: z)",
  ]

  @Test(.enabled(if: hasGnuplot, "needs the package gnuplot-nox"), arguments: plots)
  func gnuplotMakesFiles(_ plot: String) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (form, head) in Self.heads {
      let result = try Program.run(["-e", "save(\(plot), \"\(folder)/f.\(form)\")"])
      #expect(result.status == 0, "\(form): \(result.errors)")
      let bytes = try Data(contentsOf: URL(filePath: "\(folder)/f.\(form)"))
      #expect(Array(bytes.prefix(head.count)) == head && bytes.count > 1000, "\(form): \(bytes.count) bytes")
    }
    // No other files are left behind.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == Self.heads.count)
  }

  @Test func errorWithoutGnuplotExplainsHowToInstallIt() throws {
    let result = try Program.run(["-e", "save(plot([1, 2]), \"f.svg\")"], environment: ["PATH": "/nowhere"])
    #expect(result.status == 1)
    #expect(result.errors.contains("apt-get install gnuplot-nox"))
  }

  @Test(arguments: [("C", false), ("de_DE.ISO-8859-1", false), ("C.UTF-8", true), ("", true)])
  func characters(ofLocale locale: String, areUnicode: Bool) throws {
    let result = try Program.run(
      ["--format", "table", "-e", "plot([1, 2])", "-e", "curve(relu, points: 1)"], environment: ["LC_ALL": locale])
    #expect(result.output.contains("│") == areUnicode && result.output.contains("●") == areUnicode)
    #expect(result.output.utf8.allSatisfy { $0 < 0x80 } != areUnicode)
  }

  /// A drawing leaves room for the command above it and for the prompt below it.
  @Test(arguments: [40, 80, 132] as [UInt16]) func fitsTheWindow(columns: UInt16) throws {
    let home = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: home) }
    let terminal = try Terminal(home: home, columns: columns)
    try terminal.wait(for: "gf> ")
    terminal.type("plot([1, 3, 2])\r")
    try terminal.wait(for: "plot([1, 3, 2])\n")
    let lines = try terminal.wait(for: "gf> ").split(separator: "\n")
    #expect(lines.count <= 20 && lines.count > 10)
    #expect(lines.map(\.count).max() == Int(columns))
  }
}
