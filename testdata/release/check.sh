#!/usr/bin/env bash
# Looks at everything that a snapshot has built: that it is all there, installs in a throw-away root, and runs.
set -euo pipefail
dist=$(cd "$1" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
fail() { echo "release: $*" >&2; exit 1; }

(cd "$dist" && sha256sum --quiet -c checksums.txt) || fail "checksums.txt does not hold"
for kind in linux_amd64.tar.gz linux_arm64.tar.gz darwin_amd64.tar.gz darwin_arm64.tar.gz windows_amd64.zip windows_arm64.zip \
  linux_amd64.deb linux_arm64.deb linux_amd64.rpm linux_arm64.rpm linux_amd64.apk linux_arm64.apk linux_amd64_image.tar linux_arm64_image.tar \
  linux_amd64.cdx.json linux_arm64.cdx.json darwin_amd64.cdx.json darwin_arm64.cdx.json windows_amd64.cdx.json windows_arm64.cdx.json; do
  found=("$dist"/veltx_v*_"$kind")
  [ -f "${found[0]}" ] || fail "there is no $kind"
  grep -q "  $(basename "${found[0]}")\$" "$dist/checksums.txt" || fail "checksums.txt lacks $kind"
done
grep -q '"specVersion": "1.5"' "$dist"/veltx_v*_linux_amd64.cdx.json || fail "the SBOM is none"
grep -q 'github.com/spf13/cobra' "$dist"/veltx_v*_linux_amd64.cdx.json || fail "the SBOM lacks a module"
[ "$(grep -c sha256: "$dist/krew.yaml")" -eq 6 ] || fail "krew.yaml has not all archives"
[ "$(grep -c sha256 "$dist/veltx.rb")" -eq 4 ] || fail "veltx.rb has not all archives"

# The archive: binary, man pages, completions.
mkdir "$root/archive"
tar -xzf "$dist"/veltx_v*_linux_amd64.tar.gz -C "$root/archive"
for file in veltx LICENSE README.md man/veltx-restore-preview.1 completions/_veltx completions/veltx.bash; do
  [ -f "$root/archive/$file" ] || fail "the archive has no $file"
done

grep -q '"commit":"[0-9a-f]\{40\}"' "$dist/metadata.json" || fail "the snapshot is of no commit"

# The package, installed in a root of its own.
"$(dirname "$0")"/install.sh "$dist"/veltx_v*_linux_amd64.deb

# The image: what is in its layer, and that it runs with nothing else.
mkdir -p "$root/image/rootfs"
tar -xf "$dist"/veltx_v*_linux_amd64_image.tar -C "$root/image"
tar -xf "$root/image/layer.tar" -C "$root/image/rootfs"
if [ "$(uname -s)-$(uname -m)" = Linux-x86_64 ]; then
  run=("$root/image/rootfs/veltx")
  if [ "$(id -u)" = 0 ] && command -v chroot >/dev/null; then
    run=(chroot --userspec=65532:65532 "$root/image/rootfs" /veltx)
  fi
  chmod 755 "$root" "$root/image"
  version=$("${run[@]}" version)
  [[ $version == *"veltx v"* ]] || fail "the image does not run: $version"
  preview=$("${run[@]}" restore-preview --sample)
  [[ $preview == "Will work"* ]] || fail "the image previews nothing: $preview"
fi
echo "release: $(wc -l < "$dist/checksums.txt") files are right"
