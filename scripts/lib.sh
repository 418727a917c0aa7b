# Shared by the set-up scripts: where things are, how to speak, how to know that a step was done.
# Sourced, never run: the caller has set -euo pipefail.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="${VENV:-$ROOT/.venv}"
export EVALPLAT_STARTED="${EVALPLAT_STARTED:-$(date +%s)}"

say() { printf '%3ss  %s\n' "$(($(date +%s) - EVALPLAT_STARTED))" "$*"; }

fail() {
    printf '\n%s\n' "$*" >&2
    exit 1
}

# What a step depends on, as one hash: a stamp file that holds the same hash means "done".
fingerprint() { cat "$@" 2>/dev/null | sha256sum | cut -d' ' -f1; }

is_done() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

mark_done() {
    mkdir -p "$(dirname "$1")"
    printf '%s' "$2" >"$1"
}
