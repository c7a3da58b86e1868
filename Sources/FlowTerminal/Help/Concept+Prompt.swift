// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// Pages about the prompt.
  static let prompt = [
    Concept(
      "getting help", in: .program, aliases: ["?", "??", "manual", "--manual", "man", "documentation"],
      "?word shows a help page, ??word searches all pages, and ? alone shows the overview.",
      """
      There are pages for functions (?chain or chain?), concepts (?flow table), columns (?drift), and keywords and
      operators (?for and ?|>). For your own variables, ?net describes net and refers to the page on networks. Tab also
      completes topics. The output of the examples is computed when a page is shown. You can paste an example at the
      prompt as it is.

      Outside the prompt, gradflow --manual chain prints the same page. :demo starts a guided tour.
      """,
      example: """
        net = chain(3, sigmoid)
        type(net)
        """, seeAlso: ["meta commands", "keys", "flow table", "networks"]),
    Concept(
      "meta commands", in: .program, aliases: ["!"] + MetaCommand.all.map { ":" + $0.name } + ["tour", "demo"],
      "A line that begins with ':' is a command to the prompt; one that begins with '!' is run by the shell.",
      """
      You can abbreviate a command as long as it is unambiguous, such as :q. !! repeats the last shell command.
      Scripts can use :set, :cd and :forget. A script written by :save gives names to the values that _ and ans
      stood for, and draws the same random numbers, so it yields the same values. An entry that fails does not advance
      the random numbers, unless it has already changed a variable or a network.
      """,
      lists: [GlossList("Commands", MetaCommand.all.map { Gloss($0.form, $0.summary) })],
      example: """
        :set width 60
        flow(chain(2, tanh)) |> select(layer, factor, state)
        """, seeAlso: ["settings", "keys", "getting help"]),
    Concept(
      "settings", in: .program,
      aliases: [
        "setting", "--precision", "--progress", "--no-header", "--nonfinite", "--provenance", "preferences",
      ],
      ":set name value changes a setting, and :set alone shows all of them.",
      """
      To change a setting permanently, put the line into the start-up file. The options --format, --no-header,
      --nonfinite, --provenance, --threads, --precision and --progress change the same settings on the command line.
      Files that save writes always have a header, so that they can be read again.
      """,
      lists: [
        GlossList(
          "Settings", Setting.all.map { Gloss($0.name, "\($0.summary): \($0.values.joined(separator: ", "))") })
      ],
      example: """
        :set precision f32
        chain(2, tanh).precision
        """, seeAlso: ["meta commands", "output formats", "environment"]),
    Concept(
      "keys", in: .program,
      aliases: [
        "prompt", "keyboard", "completion", "tab", "history", "ctrl-c", "ctrl-d", "readline", "inputrc", "visual", "_",
        "ans",
      ],
      "The prompt uses the keys of GNU Readline, and Tab completes what fits at the cursor.",
      """
      An entry continues on further lines, with the prompt ..> instead of gf>, until it is complete. The history keeps
      entries across sessions, except those that begin with a space. _ and ans hold the last value. Text that is pasted
      from another session may include the prompts. In ~/.inputrc, lines between $if gradflow and $endif apply only to
      gradflow; there, Up and Down are previous-line-or-history and next-line-or-history, and Ctrl-X Ctrl-E is
      edit-and-execute-command.
      """,
      lists: [.keys],
      example: """
        2 + 3
        # at the prompt the next line could be _ * 10;
        # chain(8, si with two Tabs lists sigmoid, silu and sin
        map([sigmoid, silu], type)
        """, seeAlso: ["meta commands", "getting help", "environment"]),
  ]
}
