#!/bin/bash
# run.sh SKRANKED SKRANKECTL SKRANKE-PRINT-TICKET [--only TEXT] [--pictures DIR]: the end-to-end tests, in their own network beside real printers.
# run.sh --demo RUN: what ./run gives a stranger, on this machine's own network.
# run.sh --enrolment SKRANKED WORKER RECEIVER MODELS [--only TEXT]: a passport at the desk; no printer.
# run.sh --voice SKRANKED SKRANKECTL [--only TEXT]: what is heard; no printer.
# Exit 77: cannot run here (said on stderr), which ctest shows as skipped.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ $# -ge 3 ] || [ "${1:-} $#" = "--demo 2" ] || { echo "usage: run.sh SKRANKED SKRANKECTL SKRANKE-PRINT-TICKET [--only TEXT] [--pictures DIR]" >&2; exit 2; }
skip() { echo "SKIPPED e2e: $*" >&2; exit 77; }
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] || skip "no chromium"
tools="node npm"
[ "$1" = --voice ] || [ "$1" = --enrolment ] || tools="$tools zbarimg"
[ "$1" != --enrolment ] || tools="$tools openssl"
for tool in $tools; do command -v $tool >/dev/null || skip "no $tool"; done
# Outside, because inside there is no network.
[ -d "$here/../browser/node_modules/playwright-core" ] || (cd "$here/../browser" && npm ci --ignore-scripts --no-progress --loglevel=error) >&2 || exit 1
if [ "$1" = --voice ]; then
  [ -x /usr/bin/espeak-ng ] || skip "no espeak-ng"
  exec node "$here/voice.mjs" --daemon "$2" --ctl "$3" "${@:4}"
fi
[ "$1" != --enrolment ] || exec node "$here/enrolment.mjs" --daemon "$2" --worker "$3" --receiver "$4" --models "$5" "${@:6}"
[ "$1" != --demo ] || exec node "$here/demo.mjs" "$2"
exec "$here/../print/with-cups.sh" node "$here/main.mjs" --daemon "$1" --ctl "$2" --ticket "$3" "${@:4}"
