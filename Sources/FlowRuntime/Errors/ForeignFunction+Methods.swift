// SPDX-License-Identifier: GPL-3.0-or-later

/// Methods and fields of other languages, and builtins that are called with something else.
extension ForeignFunction {
  /// Functions that are called with a dot after their first argument. A method of one type is written `type.name`.
  static let methodTable = [
    // Lists.
    ForeignFunction("append push push_back add", "$1 = append($1, $2)"),
    ForeignFunction("table.append", "concat($a)"),
    ForeignFunction("extend", "$1 = concat($1, $2)"),
    ForeignFunction("pop", "$1 = $1[1..-2]"),
    ForeignFunction("sort sort_values", "sort($a)"),
    ForeignFunction("list.sort", "$1 = sort($1)", "sort($a)"), ForeignFunction("list.reverse", "$1 = reverse($1)"),
    ForeignFunction("item detach numpy tolist to_numpy clone cpu", "$1"),
    ForeignFunction("copy", "$1", advice: "a copy is not needed: y = x copies a list, copy(net) a network"),
    ForeignFunction("forEach for_each", advice: "write for x in list { ... }"),
    ForeignFunction("map filter", "$0($a)"),
    ForeignFunction("size", "len($1)", advice: "shape(x) returns the lengths of all dimensions"),
    ForeignFunction("shape", "shape($1)"),
    ForeignFunction("table.plot", advice: "write plot(t, x: a, y: b), with a and b columns"),
    ForeignFunction("table.shape", "[len($1), len(columns($1))]"),
    ForeignFunction("table.size", "len($1)", advice: "len(t) is the number of rows, columns(t) are the names"),
    ForeignFunction("length", "len($1)"),
    ForeignFunction("T", "transpose($1)"),
    // Networks.
    ForeignFunction("layers", advice: "summary(net) lists the layers; net[1] is the first, net[1].weight its weight"),
    ForeignFunction("weights", advice: "write net[1].weight for the weight of the first layer"),
    ForeignFunction("grad", advice: "write flow(net, data) for the gradients of all layers"),
    ForeignFunction("fit", "train($a)"),
    ForeignFunction("forward apply predict_proba", "predict($a)"),
    ForeignFunction(
      "parameters named_parameters state_dict children modules get_weights", "summary($1)",
      advice: "net[1].weight is the weight of the first layer, net.parameters the number of parameters"),
    ForeignFunction("backward", advice: "train computes the gradients itself; flow(net, data) shows them"),
    ForeignFunction("zero_grad", advice: "leave this line out: train computes and applies the gradients itself"),
    ForeignFunction("step", advice: "leave this line out: train(net, data, optimizer: adam) takes the steps"),
    ForeignFunction("eval", advice: "leave this line out: predict and evaluate never train"),
    ForeignFunction("cuda to", advice: "leave this line out: everything runs on the CPU"),
    ForeignFunction("compile", advice: "write train(net, data, loss: mse, optimizer: adam)"),
    // Tables and strings.
    ForeignFunction("describe info", "columns($1)", advice: "summarize(t, m: mean(x)) computes statistics"),
    ForeignFunction("to_csv write_csv to_string", "save($1, $2)"),
    ForeignFunction("groupby group_by agg", advice: "write summarize(t, m: mean(a), by: b)"),
    ForeignFunction("query", advice: "write where(t, x > 1)"),
    ForeignFunction("assign mutate", advice: "write with(t, name: x * 2)"),
    ForeignFunction("loc", "$1[$2]", advice: "t.name is a column, t[t.x > 1] are rows"),
    ForeignFunction("iloc", advice: "write t[1] for the first row, t.name for a column"),
    ForeignFunction("drop rename", advice: "write select(t, a, b) with the columns to keep"),
    ForeignFunction("value_counts", advice: "write summarize(t, n: len(x), by: x)"),
    ForeignFunction("dropna", advice: "write where(t, x != none)"),
    ForeignFunction("merge", "join($a)"),
    ForeignFunction("strip", "trim($1)"),
    ForeignFunction("startswith", "starts_with($a)"),
    ForeignFunction("endswith", "ends_with($a)"),
    ForeignFunction("format", advice: "put values into the string: \"... {x}\""),
    ForeignFunction("join", "join($2, $1)"),
    ForeignFunction("table.join", "join($a)"),
  ]

  /// Builtins with the type of a first argument that they do not accept, and what is meant.
  static let useTable = [
    ForeignFunction("chain.list", "mlp($a)"),
    ForeignFunction("chain.layer", advice: "write sequence(inputs, dense(8, tanh), dense(1))"),
    ForeignFunction("sequence.layer", advice: "write sequence(2, ...), with the number of inputs first"),
    ForeignFunction("filter.table", "where($a)"),
    ForeignFunction("map.table", advice: "t.a is a column: write map(t.a, fn(v) = ...), or for r in t { ... }"),
    ForeignFunction("summary.table", advice: "write summarize(t, m: mean(x)), or columns(t)"),
    ForeignFunction("show.table show.list show.number show.string show.record", "print($a)"),
    ForeignFunction("plot.network", "plot(flow($1))", advice: "flow(net) is a table with a row per layer"),
    ForeignFunction("plot.data", advice: "the numbers are data.inputs and data.targets: plot(data.targets)"),
    ForeignFunction("join.string", "join($2, $1)"),
    ForeignFunction("save.string", "save($2, $1)"),
  ]
}
