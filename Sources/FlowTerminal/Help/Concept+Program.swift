// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The program in its surroundings.
  static let program = [
    Concept(
      "scripts", in: .program,
      aliases: [
        "script", "script files", "script arguments", "shebang", "#!", "command line", "options", "--check", "-e",
      ],
      "gradflow file.gf runs a script; whatever stands behind the file belongs to the script.",
      """
      arg(1) is the first word behind the file; arg(1, default: 8) is a number, because its default is one. With #!/usr/bin/env
      gradflow as its first line and chmod +x a script is a command. gradflow without a file and without a terminal reads
      the script from standard input.

      A script prints the values of expressions that stand alone; assignments are silent. It stops at its first error.
      gradflow --check file.gf looks for mistakes and runs nothing. gradflow --help lists all options.

      exit(3) ends a script at once, and assert condition, "message" ends it where something is not as it should be.
      """,
      lists: [.commands],
      example: """
        depth = arg(1, default: 8)
        flow(chain(depth, tanh, width: 16)) |> select(layer, factor, state) |> first |> print
        """, seeAlso: ["arg", "exit", "exit status", "output formats", "statements", "safe mode"]),
    Concept(
      "output formats", in: .program,
      aliases: ["formats", "output", "tsv", "json", "jsonl", "markdown", "--format", "rounding of numbers"],
      "On a terminal tables are drawn with boxes; in a pipe or a file they are TSV with a header line.",
      """
      --format chooses another form, and so does :set format csv, at the prompt or as a line of a script. In boxes numbers
      have four digits. In every other form they have as many as it takes to read the same number back; the decimal point
      is always a point, whatever the system's language. A missing value is empty, in JSON null.

      save(value, "file") goes by the ending of the name: .tsv .csv .json .jsonl .md. In JSON every printed value is one
      document; emit writes rows at once, under one header.
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
      "Data goes to standard output and everything else to standard error, so gradflow fits into any pipe.",
      """
      Notes, progress, warnings and errors are on standard error. When the reader goes away, as head does, the program ends
      without a word. pipe(table, "command") hands one table to a command from within a script.
      """,
      lists: [.pipelines],
      example: """
        warn("this is a note")
        flow(chain(3, sigmoid)) |> select(layer, factor)
        """, seeAlso: ["output formats", "pipe", "save", "exit status", "scripts"]),
    Concept(
      "exit status", in: .program, aliases: ["exit code", "exit codes", "status", "return code"],
      "The status of the program says how it ended.",
      """
      A training that diverges is a result and no error; assert run.state == "finished" makes it one.
      """,
      lists: [GlossList("Status", ExitStatus.glosses)],
      example: """
        run = train(chain(2, tanh), gaussian(8), epochs: 1)
        assert run.state == "finished"
        """, seeAlso: ["exit", "scripts", "other programs"]),
    Concept(
      "seeds", in: .program,
      aliases: ["random numbers", "determinism", "reproducibility", "--seed", "--threads", "threads", "same numbers"],
      "The same seed gives the same numbers, bit by bit, whatever the number of threads.",
      """
      A program starts from seed 0; seed(7) or --seed 7 starts again from another. Every use of chance, the weights of a
      network, the order of the samples, draws from a stream of its own, so that one does not disturb the other.

      One draw is an anecdote: flow(net, seeds: 100) draws a network a hundred times, sweep(f, ..., seeds: 5) runs every
      cell with five seeds, and remedies compares under equal seeds.
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
      "A few variables of the environment and a few files change what the program does.",
      """
      Colours go by --color, then by NO_COLOR, CLICOLOR_FORCE, CLICOLOR and TERM, then by whether the stream is a terminal.
      The start-up file is run before the first prompt; --no-init leaves it out.
      """,
      lists: [.environment, .files],
      example: """
        digits().samples
        """, seeAlso: ["keys", "settings", "safe mode", "data sets"]),
    Concept(
      "safe mode", in: .program, aliases: ["--safe", "--timeout", "strangers", "sandbox", "limits"],
      "gradflow --safe runs the script of a stranger: it can compute and print, and nothing else.",
      """
      No files, no commands, no start-up file and no history; nothing of the environment can be read. It ends after 60 seconds,
      unless --timeout says otherwise, and when it needs more than 2 GiB of memory. There is no way back out of it.

      Control characters in what it prints, which could write the clipboard of a terminal, are shown as escapes such as
      \\u{1B}. Without the option that is so on a terminal only; a pipe or file gets every byte.
      """,
      example: """
        flow(chain(3, tanh)) |> select(layer, state)
        """, seeAlso: ["environment", "exit status", "scripts"]),
    Concept(
      "editors", in: .program,
      aliases: ["vim", "vs code", "vscode", "syntax highlighting", "editor", "--error-format"],
      "Vim and VS Code know the language by the files in examples/editors.",
      """
      They are made from the same tables as this help, so they know every function. --error-format short prints errors as
      file:line:column, which editors jump to; --check looks for mistakes and runs nothing.
      """,
      example: """
        # in Vim, and then :make
        # :set makeprg=gradflow\\ --error-format\\ short\\ --check\\ %
        len([tanh, relu])
        """, seeAlso: ["scripts", "statements"]),
  ]
}
