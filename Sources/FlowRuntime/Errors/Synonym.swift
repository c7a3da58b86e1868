// SPDX-License-Identifier: GPL-3.0-or-later

/// Names from other programs and libraries. For an unknown name, the suggestion is its first synonym that is legal in that
/// position. To add a synonym, add an entry.
enum Synonym {
  static func of(_ word: String, among legal: [String]) -> String? {
    all[word.lowercased()]?.first(where: legal.contains)
  }

  static let all: [String: [String]] = [
    // Arguments.
    "lr": ["rate"], "learning_rate": ["rate"], "step_size": ["rate", "every"], "eta": ["rate"], "gamma": ["by"],
    "scheduler": ["schedule"], "lr_scheduler": ["schedule"], "lr_schedule": ["schedule"], "total_iters": ["steps"],
    "t_max": ["steps"], "warmup_steps": ["schedule", "steps"], "start_factor": ["start"], "end_factor": ["end"],
    "eta_min": ["end"],
    "weight_decay": ["decay", "penalty"], "decay_rate": ["decay"], "regularizer": ["penalty"],
    "batch_size": ["batch"], "minibatch": ["batch"], "bs": ["batch"], "num_epochs": ["epochs"], "n_epochs": ["epochs"],
    "iterations": ["steps"], "iters": ["steps"], "max_iter": ["steps"], "optim": ["optimizer"], "solver": ["optimizer"],
    "criterion": ["loss"], "objective": ["loss"], "val": ["validation"], "valid": ["validation"],
    "act": ["activation"], "nonlinearity": ["activation"], "num_layers": ["depth"], "n_layers": ["depth"],
    "layers": ["depth", "sizes"], "hidden": ["width"], "units": ["width"], "features": ["width"],
    "in_features": ["inputs"], "out_features": ["outputs"], "kernel_initializer": ["init"], "initializer": ["init"],
    "weights": ["init", "weight"], "bias_initializer": ["bias"], "normalization": ["norm"], "dtype": ["precision"],
    "shortcut": ["skip"], "random_state": ["seed", "seeds"], "hue": ["by"], "color": ["by"], "colour": ["by"],
    "label": ["target", "title"], "test_size": ["share"],
    // Functions.
    "linear": ["dense"], "fc": ["dense"], "sequential": ["sequence"], "batch_norm": ["batchnorm"],
    "batchnorm1d": ["batchnorm"], "layer_norm": ["layernorm"], "fit": ["train"], "gradients": ["flow"],
    "gradient": ["flow"], "grad": ["flow"], "grads": ["flow"], "backward": ["flow"], "loss_curve": ["plot"],
    "load_csv": ["csv"], "read_csv": ["read"],
    "read_table": ["read"], "read_json": ["read"], "read_tsv": ["read"], "open": ["read"], "readtable": ["read"],
    "mnist": ["fashion_mnist"], "train_test_split": ["split"],
    "println": ["print"], "printf": ["print"], "echo": ["print"], "display": ["print"], "disp": ["print"],
    "length": ["len"], "size": ["len"], "count": ["len"], "nrow": ["len"], "average": ["mean"], "avg": ["mean"],
    "stdev": ["std"], "sd": ["std"], "ln": ["log"], "head": ["first"], "tail": ["last"], "arrange": ["sort"],
    "order_by": ["sort"], "sorted": ["sort"], "groupby": ["summarize"], "group_by": ["summarize"],
    "aggregate": ["summarize"], "mutate": ["with"], "assign": ["with"], "query": ["where"], "subset": ["where"],
    "histogram": ["hist"], "scatter": ["plot"], "heatmap": ["plot"], "write": ["save"], "to_csv": ["save"],
    "write_csv": ["save"], "torch_load": ["load"], "set_seed": ["seed"], "manual_seed": ["seed"], "clone": ["copy"],
    "dot": ["matmul"], "mm": ["matmul"], "mv": ["matmul"], "matvec": ["matmul"], "inner": ["matmul"],
    "melt": ["longer"], "gather": ["longer"], "pivot_longer": ["longer"], "unpivot": ["longer"], "pivot": ["wider"],
    "pivot_wider": ["wider"], "spread": ["wider"], "merge": ["join"], "left_join": ["join"], "inner_join": ["join"],
    "full_join": ["join"],
    "permute": ["transpose"], "dims": ["shape"], "ndims": ["shape"],
    "deepcopy": ["copy"], "apply": ["map"], "quit": ["exit"],
    // Choices.
    "linearlr": ["warmup"], "cosineannealinglr": ["cosine"], "cosine_annealing": ["cosine"], "steplr": ["decay"],
    "step_decay": ["decay"], "exponentiallr": ["decay"], "polynomiallr": ["linear_decay"], "warm_up": ["warmup"],
    "swish": ["silu"], "logistic": ["sigmoid"], "linear_activation": ["identity"], "glorot_uniform": ["xavier_uniform"],
    "glorot_normal": ["xavier_normal"], "kaiming_normal": ["he_normal"], "kaiming_uniform": ["he_uniform"],
    "crossentropy": ["cross_entropy"], "categorical_crossentropy": ["cross_entropy"],
    "binary_crossentropy": ["bce"], "l2_loss": ["mse"], "l1_loss": ["mae"], "half": ["f16"], "float16": ["f16"],
    "bfloat16": ["bf16"], "float32": ["f32"], "float": ["f32"], "float64": ["f64"], "double": ["f64"],
    "batchnormalization": ["batchnorm", "batch"],
  ]
}
