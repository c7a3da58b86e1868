// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// The page of a report in a real browser.
struct ReportPageTests {
  private static let browser = "/usr/bin/chromium"
  private static let hasBrowser = FileManager.default.isExecutableFile(atPath: browser)

  @Test(.enabled(if: hasBrowser, "needs the package chromium"))
  func browserShowsThePageWithoutComplaint() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 20)
      save(report(run, title: "<script>console.log(1)</script>"), "\(folder)/r.html")
      """
    let result = try Program.run(["-e", script])
    #expect(result.status == 0, "\(result.errors)")
    let shown = try Program.run(
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder)/profile", "--enable-logging=stderr",
        "--dump-dom", "file://\(folder)/r.html",
      ], of: Self.browser)
    #expect(shown.status == 0)
    // Messages of the browser itself, such as those about a missing bus, do not come from the page.
    #expect(!shown.errors.contains("CONSOLE"), "\(shown.errors)")
    let page = shown.output
    #expect(page.contains("<h1>&lt;script&gt;console.log(1)&lt;/script&gt;</h1>") && page.contains("</svg>"))
  }
}
