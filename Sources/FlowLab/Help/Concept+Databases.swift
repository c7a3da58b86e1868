// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The page about files that keep runs.
  static let databases = Concept(
    "databases", in: .subject, aliases: ["database", "sqlite", ".db", "keep a run"],
    "A .db file keeps training runs. It is an SQLite database, which many programs can read.",
    """
    save(run, "run.db") keeps a whole run: its tables, the network before and after, the data set and the settings.
    load("run.db") gives the run back, with the same numbers to the last bit, and everything that works on a run works on
    it. A file may contain several runs, each with its name, and runs("run.db") lists them.

    train(net, data, into: "run.db") keeps the run while it is being trained. What is new is added every second, so even
    if the program is killed, only the last second is lost. load and other programs may read the file at any time. If the
    disk is full, training ends with an error, and the file keeps what was written before.

    A data set larger than 16 MiB is described but not kept. diagnose and other functions that need it say so:
    load("run.db", data: fashion_mnist()) gives it back to the run.

    Other programs find tables with the columns of the run's fields of the same names, and the name of the run in the
    column run. In sqlite3, for example: select layer, avg(log10_total) from flow where run = 'run' group by layer. A
    database cannot contain NaN. It is NULL, like a missing value, and the column special says in which columns the row
    has NaN, and in which -0, for example loss:nan. Booleans are 0 and 1.

    sweep(..., into: "cells.db") keeps the cells of a sweep in the same way. Its table cells has a column for each axis,
    the seed, and the results.
    """,
    lists: [
      GlossList(
        "Tables",
        [
          Gloss("runs", "one row per run: what runs(file) lists, and further settings"),
          Gloss("steps, epochs, units, fault", "the rows of the fields of the run, and the name of the run"),
          Gloss("flow", "the rows of run.flow, and the measurements that they are computed from"),
          Gloss("fault_causes", "the quantities from which the value of a fault was computed"),
          Gloss("largest_updates", "the largest updates, if the flow was thinned out"),
          Gloss(
            "networks",
            "the network before and after, each a .safetensors file in parts, in the order of the column part"
          ),
          Gloss("data, data_columns, data_parts", "the data sets"),
        ])
    ],
    example: """
      run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 2, into: "run.db");
      again = load("run.db");
      again.flow == run.flow
      runs("run.db") |> select(name, state, steps, training)
      """, seeAlso: ["save", "load", "runs", "train", "run"])
}
