#!/usr/bin/env bash
# Puts the free typefaces for official documents (仿宋, 楷体, 黑体, 小标宋) into build/fonts/.
# Debian has them only inside a TeX package of 49 MB: it is downloaded, opened without being installed,
# and thrown away. Documents fall back to Noto when the folder is empty.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

package=texlive-lang-chinese
folder=usr/share/texlive/texmf-dist/fonts/opentype/public/fandol
[ -f build/fonts/FandolFang-Regular.otf ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "This needs apt-get and dpkg-deb."

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
if ! apt-cache show $package >/dev/null 2>&1; then
    [ "$(id -u)" -eq 0 ] || fail "The package lists are empty: run apt-get update as root, then try again."
    apt-get -qq update
fi
(cd "$work" && apt-get -qq download $package)
dpkg-deb --fsys-tarfile "$work"/*.deb |
    tar -x -C "$work" --wildcards "./$folder/*" "./usr/share/doc/$package/copyright"
mkdir -p build/fonts
cp "$work/$folder"/Fandol{Fang,Kai,Hei,Song}-*.otf build/fonts/
cp "$work/usr/share/doc/$package/copyright" build/fonts/COPYING-fandol.txt
say "Typefaces are in build/fonts: $(ls build/fonts | wc -l) files"
