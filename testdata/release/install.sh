#!/usr/bin/env bash
# Installs a deb in a throw-away root, as dpkg does on a machine, and tries what it brings: the program, its man pages and its
# completion. What this machine has no program for is skipped with a word.
set -euo pipefail
deb=$(realpath "$1")
fail() { echo "install: $*" >&2; exit 1; }
skip() { echo "install: SKIPPED, $*" >&2; }
command -v dpkg >/dev/null || { skip "no dpkg here: the deb was not installed"; exit 0; }

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
chmod 755 "$root"
mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers}
touch "$root"/var/lib/dpkg/{status,available}
PATH="$PATH:/usr/sbin:/sbin" dpkg --root="$root" --force-not-root --force-script-chrootless --log="$root/dpkg.log" --install "$deb" >"$root/told" 2>&1 ||
  fail "dpkg does not install it: $(cat "$root/told")"
[ "$(dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${db:Status-Status}' veltx)" = installed ] || fail "dpkg does not know veltx as installed"
[ -f "$root/usr/share/doc/veltx/copyright" ] || fail "there is no copyright"

if command -v man >/dev/null && command -v groff >/dev/null; then
  for page in veltx veltx-restore-preview; do
    shown=$(MANPATH="$root/usr/share/man" man "$page" 2>/dev/null | col -b) || fail "there is no man page $page"
    [[ $shown == *SYNOPSIS* ]] || fail "man $page shows nothing"
  done
else
  skip "no man and groff here: the man pages were not read"
fi

if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  skip "this machine does not run the program"
  exit 0
fi
run() { PATH="$root/usr/bin:$PATH" veltx "$@"; }
[[ $(run version) == "veltx "* ]] || fail "the program does not run"
[[ $(run restore-preview --sample) == "Will work"* ]] || fail "the program previews nothing"

# What bash offers at the end of a line, by the installed script alone.
completed=$(PATH="$root/usr/bin:$PATH" bash --norc --noprofile -c '
  _get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=("${COMP_WORDS[@]}") cword=$COMP_CWORD; } # of bash-completion
  _init_completion() { _get_comp_words_by_ref; }
  __ltrim_colon_completions() { :; }
  compopt() { :; }
  source "$1/usr/share/bash-completion/completions/veltx"
  COMP_WORDS=(veltx restore-preview -o ju) COMP_CWORD=3 COMP_LINE="veltx restore-preview -o ju" COMP_POINT=27 COMP_TYPE=9
  __start_veltx
  echo "${COMPREPLY[*]}"' bash "$root")
[[ $completed == junit* ]] || fail "bash completes 'veltx restore-preview -o ju' to '$completed'"
echo "install: the deb installs, and its program, man pages and completion work"
