#!/usr/bin/env bash
# Makes .venv from locks/suite.txt when it is missing, broken, moved or older than the lock; silent when nothing is to do.
# PLUMBLINE_PYTHON names the Python to use (3.11 or newer); without it the newest of the usual names that works is taken.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly venv=$PWD/.venv lock=locks/suite.txt stamp=$PWD/.venv/plumbline-stamp log=$PWD/.build/environment.log
child=""

fail() { # what, where, what to do
  printf 'error: %s\n  where: %s\n  to do: %s\n' "$1" "$2" "$3" >&2
  exit 1
}

# It is run, not looked up: a version manager's shim or a Debian without python3-venv would pass a look-up.
suits() { "$1" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' </dev/null >/dev/null 2>&1; }
version_of() { "$1" -I -S -c 'import platform; print(platform.python_version())' </dev/null 2>/dev/null; }

find_python() {
  local candidate
  for candidate in ${PLUMBLINE_PYTHON:-python3.13 python3.12 python3.11 python3 /usr/bin/python3}; do
    if suits "$candidate"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

# The stamp: lock, place and Python on its first line, then every distribution that was installed.
first_line() { printf '%s %s %s\n' "$(sha256sum <"$lock" | cut -d' ' -f1)" "$venv" "$1"; }

is_current() {
  local found line
  [[ -f $stamp && -x $venv/bin/python ]] && found=$(version_of "$venv/bin/python") || return 1
  [[ -z ${PLUMBLINE_PYTHON:-} || $(version_of "$PLUMBLINE_PYTHON") == "$found" ]] || return 1
  {
    read -r line && [[ $line == "$(first_line "$found")" ]] || return 1
    while read -r line; do [[ -d $line ]] || return 1; done
  } <"$stamp"
}

write_stamp() {
  { first_line "$(version_of "$venv/bin/python")" && ls -d "$venv"/lib/python3*/site-packages/*.dist-info; } >"$stamp.new"
  mv "$stamp.new" "$stamp"
}

stop_child() { if [[ -n $child ]]; then kill "$child" 2>/dev/null && wait "$child" 2>/dev/null || true; fi; }
trap stop_child EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

show_elapsed() { # label, seconds: one line that is rewritten each second, or a plain one every ten where there is no terminal
  if [[ -t 2 ]] && (($2 > shown)); then
    printf '\r%s … %s s ' "$1" "$2" >&2
  elif (($2 >= shown + 10)); then
    printf '%s … %s s\n' "$1" "$2" >&2
  else
    return 0
  fi
  shown=$2
}

step() { # label, command…: runs it with its output in the log and shows that time passes
  local label=$1 status=0 began=$SECONDS shown=0
  shift
  { [[ -t 2 ]] && printf '%s …' "$label" || printf '%s …\n' "$label"; } >&2
  "$@" </dev/null >>"$log" 2>&1 9>&- &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    show_elapsed "$label" $((SECONDS - began))
    sleep 0.1 9>&-
  done
  wait "$child" || status=$?
  child=""
  if [[ $status == 0 ]]; then
    { [[ -t 2 ]] && printf '\r' || true; } >&2
    printf '%s: done in %s s\n' "$label" $((SECONDS - began)) >&2
  else
    # Addresses of package indexes may hold names and passwords: they stay in the log.
    printf '\n' >&2
    sed -E -e '/^ *Looking in /d' -e 's#[a-z+]+://[^ ,)]*#<address>#g' "$log" | tail -n 15 >&2
    return "$status"
  fi
}

install_python() {
  [[ -z ${PLUMBLINE_PYTHON:-} ]] ||
    fail "PLUMBLINE_PYTHON=$PLUMBLINE_PYTHON is not a Python 3.11 or newer with venv and ensurepip" "this environment variable" \
      "name another one, or unset it"
  if [[ $EUID == 0 && -e /etc/debian_version ]] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    step "Reading package lists" apt-get -o DPkg::Lock::Timeout=120 update || true
    step "Installing python3 and python3-venv" apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends \
      python3 python3-venv ca-certificates || true
  fi
  python=$(find_python) || fail "no Python 3.11 or newer with venv and ensurepip" \
    "tried python3.13, python3.12, python3.11, python3" \
    "install one (Debian or Ubuntu: apt install python3 python3-venv), or name it: PLUMBLINE_PYTHON=/path/to/python3 make …"
}

build() {
  local python
  : >"$log"
  python=$(find_python) || install_python
  rm -f "$stamp"
  step "Making .venv with Python $(version_of "$python")" "$python" -m venv --clear "$venv" ||
    fail "the environment could not be made" "$log" "free some disk space, or remove .venv, and run it again"
  # pip has a name of its own for the certificate authorities that everything else finds in SSL_CERT_FILE.
  if [[ -n ${SSL_CERT_FILE:-} ]]; then export PIP_CERT=${PIP_CERT:-$SSL_CERT_FILE}; fi
  # Every version is pinned with its hash, so there is nothing to resolve: --no-deps lets an old pip do it too.
  step "Installing $(grep -c '^[a-z0-9].*==' "$lock") packages from $lock" \
    "$venv/bin/python" -m pip --disable-pip-version-check install --progress-bar off --no-deps --require-hashes -r "$lock" ||
    fail "the packages of $lock could not be installed" "$log" \
      "see the lines above: is the package index reachable (PIP_INDEX_URL, proxy, certificates) and the disk not full?"
  write_stamp
}

[[ -r $lock ]] || fail "$lock is missing" "$PWD" "restore it: git checkout $lock"
if is_current; then exit; fi
mkdir -p .build
exec 9>.build/environment.lock
if command -v flock >/dev/null && ! flock -n 9; then
  printf 'Another command is making .venv; waiting for it …\n' >&2
  flock 9
fi
is_current || build
