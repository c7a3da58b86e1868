// SPDX-License-Identifier: GPL-3.0-or-later

/// The functions of other languages that have no equivalent of the same form. For those that only have another name, see
/// `Synonym`.
extension ForeignFunction {
  static let functionTable = values + lists + tables + networks + plots + program

  private static let values = [
    ForeignFunction("push", "$1 = append($1, $2)"),
    ForeignFunction("log", "log2($1) / log2($2)", advice: "log2 and log10 are functions of their own"),
    ForeignFunction(
      "sum mean", "1?$0([$a])", advice: "write map($1, $0) for the rows, map(transpose($1), $0) for the columns"),
    ForeignFunction("max min", "1?$0([$a])"),
    ForeignFunction("lag", "concat([none], $1[1..-2])"), ForeignFunction("lead", "concat($1[2..-1], [none])"),
    ForeignFunction("c vector", "[$a]"), ForeignFunction("array tensor", "$1", "[$a]"),
    ForeignFunction("float double parseFloat Number Float64 Float32", "number($1)"),
    ForeignFunction(
      "int integer parseInt Int Int64", "\"?number($1)", "1?floor($1)", "+?floor($1)", "floor(number($1))",
      advice: "floor rounds down, ceil up; number(text) converts text"),
    ForeignFunction("pow power", "$1 ^ $2"),
    ForeignFunction("mod", "$1 % $2"),
    ForeignFunction("factorial", "product(1..$1)"),
    ForeignFunction("isempty", "len($1) == 0"),
    ForeignFunction("isnothing null is_null", "$1 == none"),
    ForeignFunction(
      "ismissing isnull isna is_na na pd.isna pd.isnull", "v?$1 == none",
      advice: "write $1 == none for a list, where($t, a == none) for the rows of a table; isnan finds nan"),
    ForeignFunction("copy.deepcopy copy.copy", "copy($1)"),
    ForeignFunction("is.numeric is_numeric isnumeric", "type($1) == \"number\""),
    ForeignFunction("is.character is_string ischar isstring", "type($1) == \"string\""),
    ForeignFunction("is.list is.vector", "type($1) == \"list\""),
    ForeignFunction(
      "na.omit drop_na dropmissing",
      advice: "write $1[$1 != none] for a list; for a table where($1, ... != none), with the name of a column"),
    ForeignFunction("skipmissing", "$1", advice: "mean, sum and the like leave out missing values"),
    ForeignFunction("ceiling", "ceil($1)"),
    ForeignFunction("fix trunc", "sign($1) * floor(abs($1))"),
    ForeignFunction("lg", "log10($1)"),
    ForeignFunction("var variance", "std($1) ^ 2"),
    ForeignFunction(
      "clip clamp", "1?min(max($1, $2), $3)", "map($1, fn(v) = min(max(v, $2), $3))",
      advice: "for a single number: min(max($1, $2), $3)"),
    ForeignFunction(
      "np.maximum numpy.maximum jnp.maximum torch.maximum", "0?map($1, fn(v) = max(v, $2))", "map(zip($1, $2), max)"),
    ForeignFunction(
      "np.minimum numpy.minimum jnp.minimum torch.minimum", "0?map($1, fn(v) = min(v, $2))", "map(zip($1, $2), min)"),
    ForeignFunction("norm", "sqrt(sum($1 ^ 2))"),
    ForeignFunction("identical isequal strcmp", "$1 == $2"),
    ForeignFunction("isinstance isa", advice: "write type($1) == \"number\""),
    ForeignFunction("class typeof", "type($1)"),
    ForeignFunction(
      "ifelse if_else np.where numpy.where torch.where jnp.where",
      "$chosen", "0?map($1, fn(holds) { if holds { $2 } else { $3 } })", "(1..len($1))[$1]",
      advice: "write map(zip(x > 0, x), fn(p) { if p[1] { p[2] } else { 0 } }), with x the list"),
    ForeignFunction("numeric str2num str2double parse", "number($1)", "number($2)"),
    ForeignFunction("num2str string character", "str($1)", advice: "write \"{x}\" to put a value into a string"),
    ForeignFunction("sprintf", "$text", advice: "write the values in the string: \"layer {n}\""),
    ForeignFunction("paste", "$spaced", advice: "write the values in the string: \"layer {n}\""),
    ForeignFunction("strcat", "$1 + $2", advice: "write the values in the string: \"layer {n}\""),
    ForeignFunction("paste0", "$joined", advice: "write the values in the string: \"layer {n}\""),
    ForeignFunction("toupper", "upper($1)"),
    ForeignFunction("tolower", "lower($1)"),
    ForeignFunction("nchar strlen", "len($1)"),
    ForeignFunction("gsub", "replace($3, $1, $2)"),
    ForeignFunction("dict struct Dict", "record($a)"),
    ForeignFunction("input readline", advice: "write arg(1) and pass the value after the name of the script"),
  ]

  private static let lists = [
    ForeignFunction(
      "list", "$1", "[$a]", named: "record($a)", advice: "a record with names is written record(name: value)"),
    ForeignFunction("zeros", "draw(zeros, $1)", "draw(zeros, [$1, $2])"),
    ForeignFunction("ones", "draw(constant(1), $1)", "draw(constant(1), [$1, $2])"),
    ForeignFunction("fill full", "draw(constant($1), $2)"),
    ForeignFunction("rep", "draw(constant($1), $2)", advice: "draw(zeros, n) makes n zeros"),
    ForeignFunction("randn", "draw(normal(0, 1), $1)", "draw(normal(0, 1), [$1, $2])"),
    ForeignFunction("rand random", "draw(uniform(0, 1))", "draw(uniform(0, 1), $1)", "draw(uniform(0, 1), [$1, $2])"),
    ForeignFunction("rnorm", "draw(normal(0, 1), $1)", "draw(normal($2, 1), $1)", "draw(normal($2, $3), $1)"),
    ForeignFunction("runif", "draw(uniform(0, 1), $1)", "draw(uniform($2, 1), $1)", "draw(uniform($2, $3), $1)"),
    ForeignFunction("random.uniform", "draw(uniform($1, $2))", "draw(uniform($1, $2), $3)"),
    ForeignFunction("random.normal", "draw(normal($1, $2))", "draw(normal($1, $2), $3)"),
    ForeignFunction("argmax which.max indmax", "(1..len($1))[$1 == max($1)][1]", advice: "max($1) is the value"),
    ForeignFunction("argmin which.min indmin", "(1..len($1))[$1 == min($1)][1]", advice: "min($1) is the value"),
    ForeignFunction("argsort", advice: "write sort(table, column): the rows of a table are sorted together"),
    ForeignFunction(
      "matrix", "draw(constant($1), [$2, $3])",
      advice: "a matrix is a list of rows: [[1, 2], [3, 4]]; draw(zeros, [2, 3]) makes one of zeros"),
    ForeignFunction("eye", advice: "write the rows: [[1, 0], [0, 1]]"),
    ForeignFunction("arange", "0..$1 - 1", "$1..$2 - 1", "$1..$2 - $3 step $3", advice: "a range includes both ends"),
    ForeignFunction("seq_len", "1..$1"),
    ForeignFunction("prod", "product($1)"),
    ForeignFunction("collect", "$1"),
    ForeignFunction("rev", "reverse($1)"),
    ForeignFunction("arrange", "sort($a)"),
    ForeignFunction("order", advice: "write sort(t, a): the rows of a table are sorted together"),
    ForeignFunction("concatenate vstack hstack", "concat($elements)"),
    ForeignFunction("reshape", advice: "write the rows as lists: [$1[1..3], $1[4..6]]"),
    ForeignFunction("sample choice", advice: "write shuffle(data), or draw(uniform(0, 1), n) for random numbers"),
    ForeignFunction("numel", "len($1)"),
    ForeignFunction(
      "size", "shape($1)", advice: "len(A) is the number of rows, len(A[1]) that of columns, shape(A) both"),
    ForeignFunction("seq", "length_out?linspace($1, $2, $3)", "1..$1", "$1..$2", "$1..$2 step $3"),
    ForeignFunction(
      "range", "length?linspace($1, $2, $3)", "0..$1 - 1", "$1..$2", "$1..$2 step $3",
      advice: "a range includes both ends, and indices start at 1"),
    ForeignFunction("LinRange", "linspace($a)"),
    ForeignFunction("eachindex seq_along", "1..len($1)"),
    ForeignFunction("enumerate", "zip(1..len($1), $1)"),
    ForeignFunction(
      "which find findall nonzero flatnonzero", "(1..len($1))[$1]",
      advice: "x[$1] are the elements; filter(x, fn(v) = v > 2) selects them by a function"),
    ForeignFunction("lapply sapply vapply", "map($a)"),
    ForeignFunction("apply", advice: "write map($1, f) for the rows, map(transpose($1), f) for the columns"),
    ForeignFunction("cellfun arrayfun", "map($2, $1)"),
    ForeignFunction("Filter", "filter($2, $1)"),
    ForeignFunction("Reduce", "reduce($2, $1)"),
    ForeignFunction("t", "transpose($1)"),
    ForeignFunction("vcat rbind bind_rows hcat", "concat($a)"),
    ForeignFunction("maximum", "max($1)"),
    ForeignFunction("minimum", "min($1)"),
  ]

  private static let tables = [
    ForeignFunction(
      "DataFrame frame tibble", "$table",
      advice: "write table([record(a: 1, b: 4), record(a: 2, b: 5)]), with a record per row"),
    ForeignFunction("desc", "$1, desc: true"),
    ForeignFunction(
      "confusion confusion_matrix confusionmat crosstab pd.crosstab",
      advice: "write summarize(t, n: len(a), by: [a, b]) |> wider(b, n) for the pairs of two columns"),
    ForeignFunction("group_by groupby combine agg", advice: "write summarize($t, n: len($c), by: $c)"),
    ForeignFunction("n", advice: "write len(x), with x a column"),
    ForeignFunction("value_counts tapply", "$counts", advice: "write summarize($t, n: len($c), by: $c)"),
    ForeignFunction(
      "rename", advice: "write select($t, a, b) with the columns to keep, with($t, new: old) for a new name"),
    ForeignFunction("transform", "with($a)"),
    ForeignFunction("subset", "where($a)"),
    ForeignFunction("distinct", "unique($1.$2)", advice: "write unique($t.x)"),
    ForeignFunction("pull", "$1.$2"),
    ForeignFunction("slice", "$1[$2]"),
    ForeignFunction("limit", "first($a)"),
    ForeignFunction(
      "count tally", "$counted", "len($1)",
      advice: "write summarize($t, n: len($c), by: $c); len($1) is the number of rows or elements"),
    ForeignFunction("ncol", "len(columns($1))"),
    ForeignFunction("names colnames", "columns($1)"),
    ForeignFunction("dim", "[len($1), len(columns($1))]"),
    ForeignFunction("cbind", "with($a)"),
    ForeignFunction("describe", "summarize($1)", advice: "columns($t) are the names of the columns"),
    ForeignFunction(
      "fillna fill_na coalesce replace_na", "v?map($1, fn(v) { if v == none { $2 } else { v } })",
      advice:
        "write map($1, fn(v) { if v == none { 0 } else { v } }) for a list, and with(t, a: ...) for a column a of a "
        + "table t"),
    ForeignFunction(
      "cor corr corrcoef np.corrcoef",
      "sum(($1 - mean($1)) * ($2 - mean($2))) / ((len($1) - 1) * std($1) * std($2))",
      advice:
        "write summarize($t, r: sum((a - mean(a)) * (b - mean(b))) / ((len(a) - 1) * std(a) * std(b))) for columns "
        + "a and b"),
    ForeignFunction("height nrow", "len($1)"),
    ForeignFunction(
      "csvread readtable readmatrix csv_read read.csv read.table read.delim np.load np.loadtxt "
        + "pd.read_csv pd.read_table", "read($1)", "decimal?read($a)", "comment?read($a)",
      ignoring: "header stringsAsFactors sep delim delimiter encoding dtype",
      advice: "read finds the separator itself; csv($1, target: column) makes a data set"),
    ForeignFunction("read.csv2", "read($1, decimal: \",\")", ignoring: "header stringsAsFactors sep"),
    ForeignFunction("CSV.read", "read($1)", "read($f)"),
    ForeignFunction("writetable export write.csv write.table", "save($a)", ignoring: "index row_names quote sep"),
    ForeignFunction("CSV.write", "save($2, $1)"),
    ForeignFunction(
      "data.frame", "$table", ignoring: "stringsAsFactors",
      advice: "write table([record(a: 1, b: 4), record(a: 2, b: 5)]), with a record per row"),
    ForeignFunction(
      "table", "$table", "$counts",
      advice: "write table([record(a: 1, b: 3), record(a: 2, b: 4)]), with a record per row"),
    ForeignFunction("aggregate", advice: "write summarize(t, a: mean(a), by: b)"),
    ForeignFunction(
      "JSON.stringify json.dumps json.dump toJSON", advice: "write save($t, \"file.json\"), or :set format json"),
    ForeignFunction("JSON.parse json.load json.loads fromJSON", advice: "write read(\"file.json\")"),
    ForeignFunction("saveRDS", advice: "write save($n, \"net.safetensors\")"),
    ForeignFunction("left_join leftjoin", "join($a, keep: left)"),
    ForeignFunction("full_join fulljoin outer_join outerjoin", "join($a, keep: full)"),
    ForeignFunction("summarize", advice: "write summarize($t, m: mean(a), by: b)"),
    ForeignFunction("sortrows", "sort($a)"),
    ForeignFunction("innerjoin", "join($a)"),
    ForeignFunction("stack", "longer($a)"),
    ForeignFunction("grep", advice: "write where(t, map(name, fn(v) = contains(v, \"text\")))"),
  ]

  /// Layers of PyTorch, whose names may have capital letters.
  static let layerTable =
    ["relu", "tanh", "sigmoid", "gelu", "silu", "elu", "selu", "softplus", "softmax"].map { ForeignFunction($0, $0) }
    + [
      ForeignFunction("leakyrelu", "leaky_relu", "leaky_relu($1)"),
      ForeignFunction("dropout", "dropout(0.5)", "dropout($1)"),
      ForeignFunction("batchnorm1d batchnorm", "batchnorm()", "batchnorm($r)"),
      ForeignFunction("layernorm", "layernorm()", "layernorm($r)"),
    ]

  private static let networks = [
    ForeignFunction(
      "Sequential Chain", "sequence($layers)",
      advice: "write sequence(2, dense(8), tanh, dense(1)), beginning with the number of inputs"),
    ForeignFunction(
      "Linear linear", "dense($2)", "dense($1)",
      advice: "a layer takes its number of inputs from the layer before it: sequence(2, dense(8), dense(1))"),
    ForeignFunction("adam adamw sgd rmsprop adagrad", "$0($-$r)", advice: "the network is passed to train"),
    ForeignFunction("MSELoss", "mse"),
    ForeignFunction("CrossEntropyLoss", "cross_entropy"),
    ForeignFunction(
      "Descent SGD", "sgd($1)", "sgd($-$2)", "sgd($-$r)", "sgd($a)", advice: "the network is passed to train"),
    ForeignFunction(
      "Adam", "adam($1)", "adam($-$2)", "adam($-$r)", "adam($a)", advice: "the network is passed to train"),
    ForeignFunction(
      "mse mae cross_entropy", "evaluate($1, $2, loss: $0)",
      advice: "evaluate returns the loss and, for classes, the accuracy"),
    ForeignFunction(
      "sigmoid gelu silu elu selu", "curve($0, from: $1, to: $1, points: 1).value",
      advice: "an activation is a choice for a layer; curve computes its values"),
    ForeignFunction(
      "relu", "1?max($1, 0)", "map($1, fn(v) = max(v, 0))",
      advice: "an activation is a choice for a layer; curve computes its values"),
    ForeignFunction("softmax", "exp($1) / sum(exp($1))", advice: "an activation is a choice for a layer"),
    ForeignFunction("Flux.train", advice: "write train(net, data, loss: mse, optimizer: adam(0.01))"),
    ForeignFunction("torch.save", advice: "write save(net, \"net.safetensors\"), with net the network"),
    ForeignFunction("setup", advice: "write train(net, data, optimizer: adam(0.01))"),
    ForeignFunction("params", "summary($1)", advice: "$n[1].weight is the weight of the first layer"),
    ForeignFunction(
      "accuracy logitcrossentropy", advice: "write evaluate(net, data) for loss and accuracy, with loss: cross_entropy"),
    ForeignFunction("DataLoader", "$1", advice: "train takes the batch size: batch: 32"),
    ForeignFunction("feedforwardnet patternnet", advice: "write mlp([inputs, 8, outputs], tanh)"),
    ForeignFunction("sim", "predict($a)"),
    ForeignFunction("layer_dense", "dense($a)"),
    ForeignFunction(
      "keras_model_sequential",
      advice: "write sequence(2, dense(8, relu), dense(1)), beginning with the number of inputs"),
    ForeignFunction("load_iris", "iris()"),
    ForeignFunction("load_digits", "digits()"),
    ForeignFunction("make_moons", "moons($a)"),
    ForeignFunction("make_circles", "circles($a)"),
    ForeignFunction("make_blobs", "blobs($a)"),
  ]

  private static let plots = [
    ForeignFunction("scatter", "plot($1, kind: points)", "plot($1, y: $2, kind: points)"),
    ForeignFunction("semilogy", "plot($1, log: y)"),
    ForeignFunction("semilogx", "plot($1, log: x)"),
    ForeignFunction("loglog", "plot($1, log: xy)"),
    ForeignFunction("geom_point", advice: "write plot(t, x: a, y: b, kind: points)"),
    ForeignFunction("ggplot", advice: "write plot(t, x: a, y: b), with kind: points for points"),
    ForeignFunction("imagesc imshow heatmap", advice: "write plot(t, x: a, y: b, z: c, kind: heat)"),
    ForeignFunction("barplot bar", advice: "write plot(t, x: name, y: value, kind: bar)"),
    ForeignFunction("title", advice: "write plot(x, title: \"...\")"),
    ForeignFunction("xlabel ylabel", advice: "write plot(x, x_label: \"...\", y_label: \"...\")"),
    ForeignFunction("legend", advice: "leave this line out: plot(x, by: name) names its series itself"),
    ForeignFunction("lines qplot geom_line", advice: "write plot(t, x: a, y: b)"),
    ForeignFunction("show", advice: "plot(x) shows a plot"),
    ForeignFunction("savefig", advice: "write save(plot(x), $1), with x the values"),
  ]

  private static let program = [
    ForeignFunction("library require packages", advice: "leave this line out: there are no packages to import"),
    ForeignFunction("source", "include $1"),
    ForeignFunction("include", advice: "write include \"lib.gf\", with the path in quotes and without parentheses"),
    ForeignFunction(
      "cat printf disp println fprintf log_line console.log puts echo Print write_line", "print($text)",
      "print($words)", "print($a)", ignoring: "sep end file flush"),
    ForeignFunction("console.error sys.stderr.write eprintln", "warn($words)", "warn($a)"),
    ForeignFunction("invisible", "$1;"),
    ForeignFunction("less more", advice: "write $t |> pipe(\"less -S\"), or print($t)"),
    ForeignFunction("ls", advice: "write :list at the prompt"),
    ForeignFunction("rm", advice: "write :forget $1 at the prompt"),
    ForeignFunction("q", "exit()"),
    ForeignFunction("stop error throw", advice: "write assert false, \"message\""),
    ForeignFunction("stopifnot", "assert $1"),
    ForeignFunction("getenv", "env($1)"),
    ForeignFunction("time time.time Sys.time now clock", advice: "at the prompt, write :time expression"),
    ForeignFunction("rng", "seed($1)"),
    ForeignFunction("switch", advice: "write if $1 == 1 { ... } else if $1 == 2 { ... }"),
  ]
}
