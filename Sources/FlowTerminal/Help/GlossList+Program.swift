// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import FlowTables

/// Lists about running the program, shown by the help and by the manual page.
extension GlossList {
  /// Ways of calling the program.
  package static let commands = GlossList(
    "Commands",
    [
      Gloss("gradflow", "starts the prompt, or runs the script on standard input if that is not a terminal"),
      Gloss("gradflow file.gf 16", "runs a script; arg(1) is 16"),
      Gloss("gradflow -e 'flow(chain(8, sigmoid))'", "runs code; with several -e, runs them in order"),
      Gloss("gradflow -e 'depth = 16' file.gf", "runs code, then a script"),
      Gloss("gradflow -i -e 'net = chain(8, tanh)'", "runs code, then starts the prompt"),
      Gloss("gradflow --check a.gf b.gf", "checks syntax, names and argument names without running anything"),
    ])

  /// Ways of using tables in other programs.
  package static let pipelines = GlossList(
    "Commands",
    [
      Gloss("gradflow -e 'flow(chain(8, sigmoid))' > f.tsv", "writes a table with a header line to a file"),
      Gloss(
        "python3 -c 'import pandas; print(pandas.read_csv(\"f.tsv\", sep=\"\\t\"))'", "reads the file with pandas"),
      Gloss(
        "gnuplot -p -e 'set logscale y; plot \"f.tsv\" using \"layer\":\"grad_norm\" with lines'",
        "plots the file with gnuplot"),
      Gloss("gradflow --format json -e 'flow(chain(8, sigmoid))' | jq '.[0].factor'", "extracts a number"),
      Gloss("gradflow -e 'flow(chain(8, sigmoid))' | column -t -s $'\\t'", "aligns the columns"),
      Gloss(
        "gradflow --format vnl train.gf | feedgnuplot --domain --lines --stream",
        "plots the loss while a script with train(..., emit: epochs) runs"),
    ])

  static let formats = GlossList(
    "Formats",
    [Gloss("auto", "table on a terminal, otherwise tsv")] + Format.allCases.map { Gloss($0.rawValue, $0.summary) })

  /// The environment variables that the program reads.
  package static let environment = GlossList(
    "Variables",
    [
      Gloss("GRADFLOW_HISTORY", "file for the history of the prompt; empty to keep none"),
      Gloss("GRADFLOW_DATA", "folder to search first for the data sets that come with the program"),
      Gloss("XDG_STATE_HOME", "folder to use instead of ~/.local/state"),
      Gloss("XDG_CONFIG_HOME", "folder to use instead of ~/.config"),
      Gloss("GRADFLOW_PAGER", "program to show output that is longer than the window; empty or cat for none"),
      Gloss("PAGER", "the same for all programs; the default is less"),
      Gloss("NO_COLOR", "turns colours off unless it is empty"),
      Gloss("CLICOLOR_FORCE", "turns colours on even without a terminal, unless it is empty or 0"),
      Gloss("CLICOLOR", "turns colours off if it is 0"),
      Gloss("TERM", "turns colours, line editing and progress lines off if it is dumb"),
      Gloss("VISUAL, EDITOR", "editor for :edit and Ctrl-X Ctrl-E, possibly with arguments; the default is vi"),
      Gloss("INPUTRC", "file with the settings of GNU Readline, instead of ~/.inputrc"),
    ])

  /// The files that the program reads and writes.
  package static let files = GlossList(
    "Files",
    [
      Gloss("~/.config/gradflow/init.gf", "start-up file: a script to run before the first prompt"),
      Gloss(
        "~/.local/state/gradflow/history",
        "last \(HistoryFile.limit) entries of the prompt, readable only by their owner"),
      Gloss(
        "PREFIX/share/gradflow/data",
        "data sets that come with the program, if it is installed as PREFIX/bin/gradflow"),
      Gloss("/usr/share/datasets", "data sets of system packages, such as fashion_mnist"),
    ])

  /// The keys of the prompt.
  static let keys = GlossList(
    "Keys",
    [
      Gloss("Tab", "completes; pressed twice, lists the candidates"),
      Gloss(
        "Up, Down",
        "move between the lines of an entry, then recall earlier entries, beginning with what has been typed"),
      Gloss("Ctrl-R", "searches earlier entries"),
      Gloss("Ctrl-X Ctrl-E", "continues the entry in $EDITOR and runs what is saved"),
      Gloss("Ctrl-A, Ctrl-E", "move to the start or the end of the line, and from there to that of the entry"),
      Gloss("Ctrl-U, Ctrl-K", "delete the line before or after the cursor; Ctrl-Y inserts it again"),
      Gloss("Ctrl-W", "deletes the previous word"),
      Gloss(
        "Ctrl-C",
        "discards the entry; stops a computation and keeps its results so far; pressed three times, ends gradflow"),
      Gloss("Ctrl-D", "on an empty line, leaves the prompt; in a continuation, discards the entry"),
      Gloss("Ctrl-Z", "suspends gradflow; fg resumes it"), Gloss("Ctrl-L", "clears the screen"),
    ])
}
