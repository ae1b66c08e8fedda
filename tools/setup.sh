#!/bin/sh
# Sets up .venv in this folder: what the site needs, or everything.
#
#   tools/setup.sh site      Jupyter Book, without torch
#   tools/setup.sh browser   and what prints through a browser
#   tools/setup.sh all       and torch, d2l, the tests
#
# PYTHON=/path/to/python picks the interpreter. A set-up that is current costs nothing.
# Whatever goes wrong ends in one line on stderr and a non-zero exit; a stamp is written
# only after its installation has succeeded, so a broken one is made again.
set -u
what=${1:?usage: tools/setup.sh site|browser|all}
venv=.venv
log=$venv/setup.log
supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

fail() { echo "setup: $*" >&2; exit 1; }
runs() { "$1" -c 'pass' >/dev/null 2>&1; }
fits() { "$1" -c "$supported" >/dev/null 2>&1; }
version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }
identity() { "$1" -c 'import sys; print(sys.version, sys.base_prefix)' 2>/dev/null; }

# --- which Python -------------------------------------------------------------
if [ -n "${PYTHON:-}" ]; then
    runs "$PYTHON" || fail "PYTHON=$PYTHON does not run. Give the path of a Python 3.11, 3.12 or 3.13."
    fits "$PYTHON" || fail "PYTHON=$PYTHON is Python $(version "$PYTHON"). The book needs 3.11, 3.12 or 3.13."
    # Another Python than the one .venv was made with: make .venv again.
    if [ -d $venv ] && [ "$(identity $venv/bin/python)" != "$(identity "$PYTHON")" ]; then
        rm -rf $venv || fail "cannot remove $venv. Remove it by hand and run make again."
    fi
elif ! runs $venv/bin/python; then
    seen=
    # A name on the PATH may not run (a pyenv shim without its version): try the next.
    for name in python3 python3.13 python3.12 python3.11 python; do
        runs "$name" || continue
        if fits "$name"; then PYTHON=$name; break; fi
        seen="$seen $name is $(version "$name");"
    done
    [ -n "${PYTHON:-}" ] || fail "no Python 3.11, 3.12 or 3.13 found.${seen:+ Seen:$seen} Install one, or run make PYTHON=/path/to/python3.13."
fi

# --- the virtual environment --------------------------------------------------
if ! runs $venv/bin/python || ! [ -x $venv/bin/uv ]; then
    rm -rf $venv
    echo "Setting up $venv with Python $(version "$PYTHON")"
    "$PYTHON" -m venv $venv >/dev/null 2>&1 || {
        rm -rf $venv
        fail "$PYTHON cannot make a virtual environment here. Is the disk full, or (Debian, Ubuntu) python3-venv missing?"
    }
    $venv/bin/python -m pip install --quiet --disable-pip-version-check \
        --retries 1 -r requirements/uv.txt >$log 2>&1 || {
        mv $log setup.log 2>/dev/null
        rm -rf $venv
        fail "cannot download uv. Is there a network? The last words were: $(grep -i error setup.log | tail -n 1). Then run make again."
    }
fi

# --- the packages -------------------------------------------------------------
state() { # state FILES...: what a stamp holds; another state means: install again
    cat "$@" | cksum | tr '\n' ' '
    echo "${UV_TORCH_BACKEND:-}"
}
install() { # install STAMP STATE UV-ARGUMENTS...
    stamp=$1; now=$2; shift 2
    echo "Installing the packages ($what)"
    # Compiled now, once, side by side: importing d2l then takes 5 seconds instead of 13.
    if $venv/bin/uv pip install --python $venv/bin/python --compile-bytecode "$@" >$log 2>&1; then
        echo "$now" >"$stamp"
        return
    fi
    rm -f "$stamp"
    last=$(grep -iE 'no space|error|failed|caused' $log | tail -n 1)
    grep -qi 'no space left' $log && fail "the disk is full. Free some space and run make again."
    grep -qiE 'dns|failed to fetch|connect|timed out' $log &&
        fail "a package could not be downloaded. Is there a network? Run make again when there is. ($last; all of it: $log)"
    fail "uv could not install the packages: $last (all of it: $log)"
}

all=$(state requirements.txt requirements/site.txt requirements/constraints.txt requirements/overrides.txt)
# Everything is also enough for the site.
[ "$(cat $venv/installed-all 2>/dev/null)" = "$all" ] && exit

if [ "$what" != all ]; then
    site=$(state requirements/site.lock)
    [ "$(cat $venv/installed-site 2>/dev/null)" = "$site" ] ||
        install $venv/installed-site "$site" --require-hashes -r requirements/site.lock
    [ "$what" = site ] && exit
    browser=$(state requirements/constraints.txt)
    [ "$(cat $venv/installed-browser 2>/dev/null)" = "$browser" ] ||
        install $venv/installed-browser "$browser" playwright pypdf -c requirements/constraints.txt
    exit
fi

if ! [ -d "$($venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/torch" ]; then
    # The CUDA build that Linux gets by default takes 6 GB unpacked, the CPU build under 2.
    need=7
    if [ "${UV_TORCH_BACKEND:-}" = cpu ] || [ "$(uname -s)" = Darwin ]; then need=3; fi
    free=$(df -Pk $venv | awk 'NR == 2 { print int($4 / 1048576) }')
    [ "$free" -ge $need ] ||
        fail "torch needs $need GB of disk and $free are free. Free some, or run make with UV_TORCH_BACKEND=cpu (3 GB)."
fi
install $venv/installed-all "$all" \
    -r requirements.txt -c requirements/constraints.txt --overrides requirements/overrides.txt
