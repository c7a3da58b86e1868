// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The page that leads from a file to predictions.
  static let ownData = Concept(
    "your own data", in: .subject,
    aliases: ["own data", "my data", "csv file", "csv files", "train on a csv file", "new rows", "prediction"],
    "From a CSV file to predictions for new rows.",
    """
    Read the file with csv(file, target: "price"). The first line names the columns. A text target becomes classes,
    and so do numbers with classes: true. List other text columns in one_hot, which makes one input of 0 and 1 for each
    distinct value, or in drop. Missing values are an error unless missing: drop leaves out their rows or missing: mean
    uses the column mean. read(file) shows the table as it is, and dataset(table, target: "price") takes a table that
    you have changed. A column name with spaces or symbols is written in backquotes: `size, m²`.

    Scale the data with standardize(data), and with targets: true if the targets are numbers far from 1. diagnose(net,
    data) shows whether this is necessary. Then split it, build a network with as many inputs as data.input_names has
    names, and as many outputs as there are classes or target columns, and train it.

    predict(net, rows, like: data) scales new rows like the data, and returns outputs in the original unit. With as:
    classes it returns names, and with as: probabilities the probability of each class. Rows are lists in the order of
    data.input_names, or a table with the columns of the file, in any order: one_hot is applied to columns of text as it
    was to the data, and missing: mean fills gaps. A single row can be a record: record(size: 70, city: "Oslo"). A saved
    network contains neither the scaling nor the names, so read the data again to predict in another session.
    evaluate(net, parts[2], loss: mae, unit: original) is the average error in the original unit.

    The script examples/own_data.gf does all of this with a file of 344 penguins that has columns of text and missing
    values.
    """,
    example: """
      save("bill,depth,flipper,species
      39.1,18.7,181,Adelie\\n39.5,17.4,186,Adelie\\n40.3,18.0,195,Adelie
      46.5,17.9,192,Chinstrap\\n50.0,19.5,196,Chinstrap\\n51.3,19.2,193,Chinstrap
      46.1,13.2,211,Gentoo\\n50.0,16.3,230,Gentoo\\n48.7,14.1,210,Gentoo\\n",
        "penguins.csv")
      data = standardize(csv("penguins.csv", target: "species"))
      net = mlp([3, 8, 3], tanh)
      train(net, data, epochs: 100);
      predict(net, [[38, 18, 190], [49, 19, 195], [47, 14, 215]], like: data, as: classes)
      save("flipper,bill,depth\n191,38.8,\n", "new.csv")
      predict(net, read("new.csv"), like: data, as: classes, missing: mean)
      """, seeAlso: ["csv", "dataset", "standardize", "split", "train", "predict", "evaluate", "data sets"])
}
