// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The dialogue at the terminal.
  static let prompt = [
    Concept(
      "help", in: .program, aliases: ["?", "??", "manual", "--manual", "man", "documentation"],
      "?word shows a page, ??word searches all of them, ? alone is the overview.",
      """
      There are pages for every function, ?chain or chain?, for ideas, ?flow table, for columns, ?drift, for keywords and
      signs, ?for and ?|>, and for your own variables: ?net tells what net is and leads to the page on networks. The tab
      key completes topics too. Every example shows what it prints, computed at that moment, and may be copied.

      gradflow --manual chain prints the same page outside of the prompt, and :demo is a tour.
      """,
      example: """
        net = chain(3, sigmoid)
        type(net)
        """, seeAlso: ["meta commands", "keys", "flow table", "networks"]),
    Concept(
      "meta commands", in: .program, aliases: ["!"] + MetaCommand.all.map { ":" + $0.name } + ["tour", "demo"],
      "A line that begins with ':' speaks to the prompt itself; one with '!' is a command of the system.",
      """
      They may be shortened as long as it is clear what is meant: :q. A script knows only :set.
      """,
      lists: [GlossList("Commands", MetaCommand.all.map { Gloss($0.form, $0.summary) })],
      example: """
        :set width 60
        flow(chain(2, tanh)) |> select(layer, factor, state)
        """, seeAlso: ["settings", "keys", "help"]),
    Concept(
      "settings", in: .program, aliases: ["setting", "--precision", "--progress", "preferences"],
      ":set name value changes how the program behaves, :set alone shows what there is.",
      """
      Put such lines into the start-up file to have them every time. The options --format, --threads, --precision and
      --progress set the same at the start.
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
        "prompt", "keyboard", "completion", "tab", "history", "ctrl-c", "ctrl-d", "readline", "inputrc", "_", "ans",
      ],
      "The keys are those of GNU Readline, with completion that knows what may stand at the cursor.",
      """
      An entry goes on over several lines until it is complete; the prompt then is ..> instead of gf>. Entries are kept
      from one session to the next, one that begins with a blank is not. _ and ans hold the last value. Text with pasted
      prompts works. In ~/.inputrc lines between $if gradflow and $endif count for gradflow only.
      """,
      lists: [.keys],
      example: """
        2 + 3
        # at the prompt the next line could be _ * 10;
        # chain(8, si with two Tabs lists sigmoid, silu and sin
        map([sigmoid, silu], type)
        """, seeAlso: ["meta commands", "help", "environment"]),
  ]
}
