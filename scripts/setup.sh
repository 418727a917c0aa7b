#!/usr/bin/env bash
# Brings a bare Debian 12 to where evalplat runs (demo), is checked (check) or is tested whole (test).
# Each step knows when it is already done, so a second call costs a fraction of a second.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

purpose="${1:-demo}"
case "$purpose" in demo | check | test) ;; *) fail "usage: scripts/setup.sh demo|check|test" ;; esac

# Pango draws text, harfbuzz-subset makes small PDFs fast, Noto CJK is the Chinese face behind all others.
packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk)
# Playwright's driver is a Node.js that wants libatomic.
[ "$purpose" = test ] && packages+=(chromium poppler-utils libatomic1)

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return
        fi
    done
    fail "evalplat needs Python 3.11 or newer; set PYTHON=/path/to/python3.11."
}

python="$(find_python)"
[ -x "$VENV/bin/python" ] || "$python" -c 'import ensurepip, venv' 2>/dev/null || packages+=(python3-venv)

install_system_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "Not a Debian system: please see to these yourself: ${packages[*]}"
        return
    fi
    local missing=() name
    for name in "${packages[@]}"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root=(sudo)
        else
            fail "Some system packages are missing. Please run this once as root, then try again:
    apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
        fi
    fi
    say "Installing system packages: ${missing[*]}"
    "${as_root[@]}" apt-get -qq update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq install -y --no-install-recommends "${missing[@]}" >build/apt.log 2>&1 ||
        { tail -n 20 build/apt.log >&2; fail "apt-get could not install: ${missing[*]}"; }
}

install_python_packages() {
    local extras="" wanted
    [ "$purpose" = demo ] || extras="[test]"
    # The test environment holds everything that the demo needs: never install less over more.
    [ -z "$extras" ] && [ -f "$VENV/.has-test" ] && extras="[test]"
    wanted="$(fingerprint pyproject.toml constraints.txt)$extras"
    is_done "$VENV/.stamp" "$wanted" && return
    if [ ! -x "$VENV/bin/python" ]; then
        say "Making the Python environment in ${VENV#"$ROOT"/}"
        "$python" -m venv "$VENV"
    fi
    say "Installing Python packages (less than a minute on a good line)"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-warn-script-location --no-compile \
        -c constraints.txt -e ".$extras" >build/pip.log 2>&1 ||
        { tail -n 30 build/pip.log >&2; fail "pip failed; the whole output is in build/pip.log"; }
    [ -z "$extras" ] || touch "$VENV/.has-test"
    mark_done "$VENV/.stamp" "$wanted"
}

mkdir -p build
if [ "$purpose" != check ]; then
    install_system_packages
    # Large and independent of everything else, so it runs beside the rest. Without these faces documents
    # are set in Noto, so a failure is told and is no reason to stop.
    scripts/fetch_fonts.sh >build/fonts.log 2>&1 &
    fonts=$!
fi
# With an npm at hand the browser libraries need nothing of Python's.
vendor=""
if npm --version >/dev/null 2>&1; then
    scripts/vendor.sh "$purpose" &
    vendor=$!
fi
install_python_packages
if [ -n "$vendor" ]; then wait "$vendor"; else scripts/vendor.sh "$purpose"; fi
if [ "$purpose" != check ]; then
    wait "$fonts" || say "The typefaces for official documents could not be fetched (build/fonts.log); Noto is used."
fi
