#!/bin/sh
# Makes the icon of the bundle out of the rendered sizes: `sh packaging/macos/icon.sh ICONS TARGET`.
# A size is there twice, for plain and for dense screens, as iconutil wants it.
set -eu
icons=$1
target=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
drawn=$work/cts-console.iconset
mkdir "$drawn"
for size in 16 32 128 256 512; do
    cp "$icons/$size.png" "$drawn/icon_${size}x$size.png"
    cp "$icons/$((size * 2)).png" "$drawn/icon_${size}x$size@2x.png"
done
iconutil --convert icns --output "$target" "$drawn"
