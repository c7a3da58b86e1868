// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// Pages about running the program: scripts, streams, files and the environment.
  static let program = [
    Concept(
      "scripts", in: .program,
      aliases: [
        "script", "script files", "script arguments", "shebang", "#!", "command line", "options", "--check", "-e",
        "include", "library", "shared code",
      ],
      "gradflow file.gf runs a script and passes it everything that follows the file name.",
      """
      arg(1) returns the first argument after the file. arg(1, default: 8) returns a number, because the default is a
      number, and arg(1, default: tanh) an activation. args() returns all arguments. To make a script a command, start
      it with the line #!/usr/bin/env gradflow and run chmod +x on it. Without a file, gradflow reads the script from
      standard input, unless that is a terminal.

      include "lib.gf" runs another script at this point, so that several scripts can share functions. The path is
      relative to the script that contains the line. A file is included only once. An include is a separate statement,
      outside any block.

      A script prints the value of each statement that is an expression; assignments print nothing. It stops at the
      first error. gradflow -e code file.gf runs the code and then the script, for example to set a variable that the
      script reads. gradflow --check a.gf b.gf reports the errors of several scripts without running them. gradflow
      --help lists all options.

      exit(3) ends a script immediately with status 3. assert condition, "message" ends it with an error if the
      condition is false.
      """,
      lists: [.commands],
      example: """
        depth = arg(1, default: 8)
        flow(chain(depth, tanh, width: 16)) |> select(layer, factor, state) |> first |> print
        """, seeAlso: ["arg", "args", "exit", "exit status", "output formats", "statements", "safe mode"]),
    Concept(
      "output formats", in: .program,
      aliases: ["formats", "output", "tsv", "json", "jsonl", "markdown", "--format", "rounding of numbers"],
      "On a terminal, tables are drawn with boxes; in a pipe or a file, they are TSV with a header line.",
      """
      To choose another format, use the option --format, or :set format csv at the prompt or in a script. Boxes show
      numbers with four significant digits. All other formats write as many digits as are needed to read back the same
      number, always with a decimal point. A missing value is empty, or null in JSON.

      save(value, "file") chooses the format by the extension of the file: .tsv .csv .json .jsonl .md. In JSON, each
      printed value is a separate document. emit writes each row immediately and the header only once.
      """,
      lists: [.formats],
      example: """
        :set format csv
        flow(chain(3, tanh)) |> select(layer, factor, state)
        :set format jsonl
        flow(chain(3, tanh)) |> select(layer, factor, state)
        """, seeAlso: ["other programs", "save", "emit", "settings", "tables"]),
    Concept(
      "other programs", in: .program,
      aliases: [
        "streams", "stdout", "stderr", "gnuplot", "pandas", "jq", "visidata", "standard output", "standard error",
      ],
      "Data goes to standard output and everything else to standard error, so you can pipe the data to any program.",
      """
      Notes, progress, warnings and errors go to standard error. If the program that reads the output ends early, as
      head does, gradflow ends silently. In a script, pipe(table, "command") pipes a single table to a command.
      """,
      lists: [.pipelines],
      example: """
        warn("this is a note")
        flow(chain(3, sigmoid)) |> select(layer, factor)
        """, seeAlso: ["output formats", "pipe", "save", "exit status", "scripts"]),
    Concept(
      "exit status", in: .program, aliases: ["exit code", "exit codes", "status", "return code"],
      "The exit status indicates whether a script succeeded, and if not, why.",
      """
      A training run that diverges is a result, not an error; assert run.state == "finished" turns it into one.
      """,
      lists: [GlossList("Status", ExitStatus.glosses)],
      example: """
        run = train(chain(2, tanh), gaussian(8), epochs: 1)
        assert run.state == "finished"
        """, seeAlso: ["exit", "scripts", "other programs"]),
    Concept(
      "seeds", in: .program,
      aliases: ["random numbers", "determinism", "reproducibility", "--seed", "--threads", "threads", "same numbers"],
      "The same seed yields bit-identical results on any number of threads.",
      """
      The seed is 0 unless --seed 7 or seed(7) sets another one. Each use of randomness, such as the weights of a
      network or the order of the samples, draws from its own stream, so changing one does not affect the others.

      A single draw can mislead. flow(net, seeds: 100) draws a network a hundred times, sweep(f, ..., seeds: 5) runs
      every cell with five seeds, and remedies uses the same seeds for all remedies.
      """,
      example: """
        seed(7)
        a = chain(3, tanh)
        seed(7)
        b = chain(3, tanh)
        a[1].weight == b[1].weight
        flow(chain(4, tanh, width: 16), seeds: 20) |> select(layer, factor_low, factor, factor_high)
        """, seeAlso: ["seed", "flow", "sweep", "remedies"]),
    Concept(
      "environment", in: .program, aliases: ["files", "environment variables", "start-up file", "init.gf", "XDG"],
      "These environment variables and files change the behaviour of gradflow.",
      """
      Whether to use colours is decided by --color, then by NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM in this order,
      and otherwise by whether the stream is a terminal. The start-up file runs before the first prompt; --no-init skips
      it.
      """,
      lists: [.environment, .files],
      example: """
        digits().samples
        """, seeAlso: ["keys", "settings", "safe mode", "data sets"]),
    Concept(
      "safe mode", in: .program, aliases: ["--safe", "--timeout", "strangers", "sandbox", "limits"],
      "gradflow --safe runs a script that you do not trust: it can compute and print, and nothing else.",
      """
      The script cannot access files, run commands or read the environment, and there is no start-up file and no
      history. It ends after 60 seconds, or after the time given by --timeout, or if it needs more than 2 GiB of
      memory. A script cannot turn this mode off.

      Control characters in its output, which could for example write to the clipboard of a terminal, are shown as
      escapes such as \\u{1B}. Without --safe this is done only on a terminal; pipes and files get the characters
      unchanged.
      """,
      example: """
        flow(chain(3, tanh)) |> select(layer, state)
        """, seeAlso: ["environment", "exit status", "scripts"]),
    Concept(
      "editors", in: .program,
      aliases: ["vim", "vs code", "vscode", "syntax highlighting", "editor", "--error-format"],
      "The files in examples/editors add support for the language to Vim and VS Code.",
      """
      They are generated from the same tables as this help and include all functions. --error-format short starts each
      error with file:line:column, so that editors can jump to it. --check reports errors without running anything.
      """,
      example: """
        # in Vim, and then :make
        # :set makeprg=gradflow\\ --error-format\\ short\\ --check\\ %
        len([tanh, relu])
        """, seeAlso: ["scripts", "statements"]),
  ]
}
