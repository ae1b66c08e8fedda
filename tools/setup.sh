#!/bin/sh
# Finds a Python that the book supports and has it set up .venv: tools/setup.sh site|browser|lint|all
# PYTHON=/path/to/python picks one. What is set up, and how, is in tools/setup.py.
set -u
needs="Python 3.11, 3.12, 3.13 or 3.14"
fail() { echo "setup: $*" >&2; exit 1; }

# ask PYTHON: prints its version; succeeds if the book supports it
ask() {
    "$1" -c 'import sys; v = sys.version_info
print("%d.%d.%d" % v[:3]); sys.exit(not (3, 11) <= v[:2] <= (3, 14))' 2>/dev/null
}

if [ -n "${PYTHON:-}" ]; then
    version=$(ask "$PYTHON") && exec "$PYTHON" -I tools/setup.py "$@"
    [ -n "$version" ] || fail "PYTHON=$PYTHON does not run. Give the path of $needs."
    fail "PYTHON=$PYTHON is Python $version. The book needs $needs."
fi
seen=
# A name on the PATH may not run (a pyenv shim without its version): try the next.
for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11 python; do
    version=$(ask "$python") && exec "$python" -I tools/setup.py "$@"
    [ -z "$version" ] || [ $python = .venv/bin/python ] || seen="$seen $python is $version;"
done
fail "no $needs found.${seen:+ Seen:$seen} Install one, or run make PYTHON=/path/to/python3.14."
