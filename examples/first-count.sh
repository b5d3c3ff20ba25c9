#!/bin/sh
# A shop's afternoon on the command line: a delivery, a sale, a count, a late sale, a breakage.
# Needs a running server (`pnpm start` in this folder); what it prints is in first-count.out.
set -eu

bincard() {
  ${BINCARD:-pnpm -s bincard} "$@"
}

show() {
  echo "\$ bincard $*"
  bincard "$@"
}

bincard items get MUG-BLUE >/dev/null 2>&1 ||
  bincard items create "Blue mug" --sku MUG-BLUE >/dev/null
# Where there are several locations, one has to be named: the oldest.
WHERE=$(bincard locations list -o csv | awk -F, 'NR == 2 { id = $1 } END { if (NR > 2) print "--location " id }')

show receive MUG-BLUE 100 --at 2024-11-22T13:00:00Z $WHERE
show sell MUG-BLUE 3 --at 2024-11-22T13:10:00Z $WHERE
show count MUG-BLUE 95 --at 2024-11-22T13:30:00Z $WHERE
# A till that was offline reports a sale from before the count: the count already knew.
show sell MUG-BLUE 2 --at 2024-11-22T13:20:00Z $WHERE
show waste MUG-BLUE 2 --at 2024-11-22T13:40:00Z $WHERE
show changes MUG-BLUE
show verify 2>&1
