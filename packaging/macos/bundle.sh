#!/bin/sh
# Signs, notarises and packs "dist/CTS Console.app": `sh packaging/macos/bundle.sh VERSION`, from
# build.sh. Without the variables it packs an application that only its own machine trusts.
#
#   SIGNING_IDENTITY   "Developer ID Application: …", as `security find-identity` shows it
#   NOTARY_PROFILE     a profile that `xcrun notarytool store-credentials` kept in the keychain
set -eu
version=$1
app="dist/CTS Console.app"
image="dist/cts-console-$version-macos-$(uname -m).dmg"
identity=${SIGNING_IDENTITY:--}

# Inside out: a signature covers those of what lies within. Programs and libraries first, the
# bundle last. The hardened runtime and a time stamp are what the notary asks for.
# Without an identity neither holds: the runtime would refuse libraries that nobody signed.
sign() {
    if [ "$identity" = - ]; then
        codesign --force --sign - "$@"
    else
        codesign --force --options runtime --timestamp --sign "$identity" \
            --entitlements packaging/macos/entitlements.plist "$@"
    fi
}
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -u+x \) |
    while IFS= read -r file; do sign "$file"; done
sign "$app"
codesign --verify --deep --strict "$app"

rm -f "$image"
hdiutil create -quiet -volname "CTS Console" -srcfolder "$app" -format UDZO "$image"

if [ "$identity" != - ]; then
    codesign --force --timestamp --sign "$identity" "$image"
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
