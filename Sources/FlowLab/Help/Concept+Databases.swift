// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The page about files that keep runs.
  static let databases = Concept(
    "databases", in: .subject, aliases: ["database", "sqlite", ".db", "keep a run"],
    "A .db file stores training runs. It is an SQLite database, which many programs can read.",
    """
    save(run, "run.db") saves a whole run: its tables, the network before and after, the data set and the settings.
    load("run.db") returns the run with bit-identical numbers, and you can use it like any other run. A file may contain
    several runs, each with its own name. runs("run.db") lists them.

    train(net, data, into: "run.db") saves the run during training. New rows are added every second, so at most the last
    second is lost if the program is killed. load and other programs can read the file at any time. If the disk is full,
    training ends with an error, and the file keeps what was written before.

    A data set larger than 16 MiB is described but not stored. For diagnose and other functions that need it, pass it to
    load: load("run.db", data: fashion_mnist()).

    The tables have the same names and columns as the fields of a run, and an additional column run with the name of the
    run. In sqlite3, for example: select layer, avg(log10_total) from flow where run = 'run' group by layer. A database
    cannot contain NaN: it is stored as NULL, like a missing value, and the column special lists the columns in which
    the row has NaN or -0, for example loss:nan. Booleans are 0 and 1.

    sweep(..., into: "cells.db") saves the cells of a sweep in the same way. The table cells has a column for each axis,
    for the seed, and for each result.
    """,
    lists: [
      GlossList(
        "Tables",
        [
          Gloss("runs", "one row per run: the columns of runs(file), and additional settings"),
          Gloss("steps, epochs, units, fault", "the rows of the fields of the run, with the name of the run"),
          Gloss("flow", "the rows of run.flow, with the measurements that they are computed from"),
          Gloss("fault_causes", "the quantities from which the value of a fault was computed"),
          Gloss("largest_updates", "the largest updates, if the flow was thinned out"),
          Gloss(
            "networks",
            "the network before and after training, each as a .safetensors file in parts, ordered by the column part"
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
