// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// What is to be said of the program's surroundings; help and the manual page of the system read it.
extension GlossList {
  /// Ways of calling the program.
  package static let commands = GlossList(
    "Commands",
    [
      Gloss("gradflow", "the prompt, or the script on standard input where that is no terminal"),
      Gloss("gradflow file.gf 16", "runs a script; arg(1) is 16"),
      Gloss("gradflow -e 'flow(chain(8, sigmoid))'", "runs code; several -e run one after the other"),
      Gloss("gradflow -i -e 'net = chain(8, tanh)'", "runs code, then shows the prompt"),
      Gloss("gradflow --check file.gf", "checks syntax, names and argument names"),
    ])

  /// Ways of handing tables on.
  package static let pipelines = GlossList(
    "Commands",
    [
      Gloss("gradflow -e 'flow(chain(8, sigmoid))' > f.tsv", "writes a file with a header line"),
      Gloss(
        "python3 -c 'import pandas; print(pandas.read_csv(\"f.tsv\", sep=\"\\t\"))'", "reads it with pandas"),
      Gloss(
        "gnuplot -p -e 'set logscale y; plot \"f.tsv\" using \"layer\":\"grad_norm\" with lines'", "draws it"),
      Gloss("gradflow --format json -e 'flow(chain(8, sigmoid))' | jq '.[0].factor'", "takes one number out"),
      Gloss("gradflow -e 'flow(chain(8, sigmoid))' | column -t -s $'\\t'", "lines up the columns"),
      Gloss(
        "gradflow --format vnl train.gf | feedgnuplot --domain --lines --stream",
        "draws the loss while a script with train(..., emit: epochs) runs"),
    ])

  /// The output formats.
  static let formats = GlossList(
    "Formats",
    [Gloss("auto", "table on a terminal, tsv elsewhere")] + Format.allCases.map { Gloss($0.rawValue, $0.summary) })

  /// Variables that are read.
  package static let environment = GlossList(
    "Variables",
    [
      Gloss("GRADFLOW_HISTORY", "the file of the prompt's history; empty for none"),
      Gloss("GRADFLOW_DATA", "a folder that is searched first for the data sets that come with the program"),
      Gloss("XDG_STATE_HOME", "the folder of the history, instead of ~/.local/state"),
      Gloss("XDG_CONFIG_HOME", "the folder of the start-up file, instead of ~/.config"),
      Gloss("GRADFLOW_PAGER", "the program that shows what is longer than the window; empty or cat for none"),
      Gloss("PAGER", "the same for all programs; without either of them it is less"),
      Gloss("NO_COLOR", "no colours, unless it is empty"),
      Gloss("CLICOLOR_FORCE", "colours also where the stream is no terminal, unless it is 0"),
      Gloss("CLICOLOR", "0 for no colours"),
      Gloss("TERM", "dumb for no colours, no line editor and no line that is drawn anew"),
      Gloss("INPUTRC", "the settings of GNU Readline, instead of ~/.inputrc"),
    ])

  /// Files that are read and written.
  package static let files = GlossList(
    "Files",
    [
      Gloss("~/.config/gradflow/init.gf", "the start-up file, a script that is run before the first prompt"),
      Gloss(
        "~/.local/state/gradflow/history", "the last \(HistoryFile.limit) entries of the prompt, for its owner only"),
      Gloss("PREFIX/share/gradflow/data", "the data sets that come with the program, beside PREFIX/bin/gradflow"),
      Gloss("/usr/share/datasets", "data sets of system packages, such as fashion_mnist"),
    ])

  /// Keys of the prompt.
  static let keys = GlossList(
    "Keys",
    [
      Gloss("Tab", "completes; twice lists what may stand here"),
      Gloss("Up, Down", "walk through the entries before"), Gloss("Ctrl-R", "searches them"),
      Gloss("Ctrl-A, Ctrl-E", "to the start, to the end of the line"),
      Gloss("Ctrl-W, Ctrl-K", "deletes the word before, the rest of the line; Ctrl-Y brings it back"),
      Gloss("Ctrl-C", "drops the entry; stops a computation and keeps what it has; three times leaves"),
      Gloss("Ctrl-D", "leaves on an empty line, gives up a continuation"),
      Gloss("Ctrl-Z", "stops the program; fg goes on"), Gloss("Ctrl-L", "clears the screen"),
    ])
}
