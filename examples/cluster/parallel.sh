#!/usr/bin/env bash
# Computes the cells of cells.gf in 16 processes, as many at a time as there are cores.
# Start it again after an interruption: finished cells are not computed again.
set -euo pipefail
script=$(realpath "$(dirname "$0")/cells.gf")
folder=${1:-.}
mkdir -p "$folder" && cd "$folder"
# --joblog lists the tasks with their exit status; --halt lets the others finish if one fails.
seq 16 | parallel --halt never --joblog tasks.log gradflow --no-init --threads 1 --shard {}/16 "$script" cells.db
