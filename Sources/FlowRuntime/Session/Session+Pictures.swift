// SPDX-License-Identifier: GPL-3.0-or-later
import FlowTables

extension Session {
  /// Returns a value as an image of the given size in centimetres, or nil if the value is not a picture or the extension
  /// is not that of an image. Images of plots are made by gnuplot. Notes what the image leaves out.
  func picture(
    of value: Value, as fileExtension: String, _ size: (width: Double?, height: Double?)
  ) throws(Complaint) -> [UInt8]? {
    guard let picture = GnuplotScript.Picture(rawValue: fileExtension) else { return nil }
    if picture == .svg, case .object(let object) = value,
      let bytes = object.svg(width: size.width, height: size.height)
    {
      return bytes
    }
    guard case .object(let object) = value, let plot = object.plot else {
      if case .table = value {
        throw Complaint(
          "unknown-format", "a table cannot be saved as '.\(fileExtension)'",
          notes: ["a plot of it can: save(plot(table), \"file.\(fileExtension)\")"])
      }
      return nil
    }
    try allow("running a command")
    let (drawn, fontNote) = picture == .svg ? (plot, nil) : drawable(plot)
    let script = GnuplotScript(drawn, width: size.width, height: size.height)
    if let height = size.height, height < script.leastHeight {
      throw Complaint(
        "too-small",
        "the title, the legend and the axes do not fit into a height of \(NumberStyle.shortest(height)) cm",
        notes: ["height: \(NumberStyle.shortest(script.leastHeight)) is enough for this plot; none chooses a height"])
    }
    let text = script.text(for: picture)
    try Complaint.checkStop()
    // The user's gnuplot start-up files must not affect the image.
    let result = try reporting("cannot run gnuplot") { () throws(HostFailure) in
      try host.filter(["gnuplot", "--default-settings"], text)
    }
    if result.status == 127 {
      throw Complaint(
        "no-gnuplot", "a '.\(fileExtension)' needs gnuplot, which is not installed",
        notes: ["apt-get install gnuplot-nox", "save(..., \"file.gp\") writes a script for a machine that has it"])
    }
    guard result.status == 0, !result.output.isEmpty else {
      let lines = result.errors.split(separator: "\n").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
      throw Complaint("gnuplot", "gnuplot ended with status \(result.status)", notes: Array(lines.prefix(5)))
    }
    for note in script.pictureNotes + [fontNote].compactMap(\.self) { host.note("\(note)") }
    return GnuplotScript.finished(result.output, as: picture)
  }

  /// Returns a plot without the characters that no font of this machine has, and a note about them.
  private func drawable(_ plot: Plot) -> (plot: Plot, note: String?) {
    guard !plot.unusualScalars.isEmpty, let fonts = try? host.filter(FontCoverage.command, ""), fonts.status == 0 else {
      return (plot, nil)
    }
    return FontCoverage(String(decoding: fonts.output, as: UTF8.self)).drawable(plot)
  }
}
