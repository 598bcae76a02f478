#!/bin/sh
# Packs dist/cts-console for Linux: `sh packaging/linux/pack.sh VERSION WORK`, from build.sh.
# Debian's own tools alone: dpkg-deb, tar, xz, gzip.
set -eu
version=$1
work=$2
root=$work/deb
machine=$(uname -m)
arch=$(dpkg --print-architecture)

# --- the .deb ---------------------------------------------------------------------------------

rm -rf "$root"
mkdir -p "$root/DEBIAN" "$root/opt" "$root/usr/bin" "$root/usr/share/applications" \
    "$root/usr/share/mime/packages" \
    "$root/usr/share/man/man1" "$root/usr/share/bash-completion/completions" \
    "$root/usr/share/zsh/vendor-completions" "$root/usr/share/fish/vendor_completions.d" \
    "$root/usr/share/doc/cts-console"
cp -a dist/cts-console "$root/opt/cts-console"
ln -s /opt/cts-console/cts-console "$root/usr/bin/cts-console"
cp packaging/linux/cts-console.desktop "$root/usr/share/applications/"
cp packaging/linux/cts-console.xml "$root/usr/share/mime/packages/"
cp LICENSE "$root/usr/share/doc/cts-console/copyright"
gzip -9n <"$work/documents/cts-console.1" >"$root/usr/share/man/man1/cts-console.1.gz"
cp "$work/documents/cts-console.bash" "$root/usr/share/bash-completion/completions/cts-console"
cp "$work/documents/cts-console.zsh" "$root/usr/share/zsh/vendor-completions/_cts-console"
cp "$work/documents/cts-console.fish" "$root/usr/share/fish/vendor_completions.d/"
icons=$root/usr/share/icons/hicolor
for size in 16 22 24 32 48 64 128 256 512; do
    mkdir -p "$icons/${size}x$size/apps"
    cp "$work/icons/$size.png" "$icons/${size}x$size/apps/cts-console.png"
done
mkdir -p "$icons/scalable/apps"
cp resources/icons/cts-console.svg "$icons/scalable/apps/"

# The build runs on this C library and every newer one.
libc=$(ldd --version | sed -n '1s/.* //p')
libraries=$(sed -n 's/^\(core\|window\) //p' packaging/system-libraries.txt | paste -sd ',' - | sed 's/,/, /g')
extras=$(sed -n 's/^extra \(fonts-.*\)/\1/p' packaging/system-libraries.txt | paste -sd ',' - | sed 's/,/, /g')
size=$(du -sk --apparent-size "$root" | cut -f1)
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" \
    -e "s/@DEPENDS@/libc6 (>= $libc), $libraries/" -e "s/@RECOMMENDS@/$extras/" \
    packaging/linux/control.in >"$root/DEBIAN/control"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) \
    >"$work/md5sums"
mv "$work/md5sums" "$root/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$root"
dpkg-deb --build --root-owner-group -Zxz "$root" "dist/cts-console_${version}_$arch.deb" >/dev/null

# --- the archive that runs from anywhere ------------------------------------------------------

name=cts-console-$version-linux-$machine
tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    --mode=u=rwX,go=rX --transform "s,^cts-console,$name,S" --directory dist cts-console |
    xz -T2 -6 >"dist/$name.tar.xz"
