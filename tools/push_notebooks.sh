#!/bin/sh
# Puts the readers' edition of the book on the branch `notebooks`, for nbgitpuller.
#
#   python -m tools.notebooks edition FOLDER
#   tools/push_notebooks.sh FOLDER REMOTE
#
# Always one commit on top of the last: a student's copy is merged with it, so there must be no
# other history. Where nothing has changed, nothing is pushed.
set -eu
book=${1:?usage: tools/push_notebooks.sh FOLDER REMOTE} remote=${2:?usage: tools/push_notebooks.sh FOLDER REMOTE}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git init -q -b notebooks "$work"
there=$(git ls-remote --heads "$remote" notebooks)
if [ -n "$there" ]; then
    git -C "$work" fetch -q --depth 1 "$remote" notebooks
    git -C "$work" reset -q FETCH_HEAD
fi
cp -R "$book"/. "$work"
git -C "$work" add -A
git -C "$work" diff --cached --quiet && exit
git -C "$work" -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
    commit -q -m "Notebooks of $(git rev-parse --short HEAD)"
git -C "$work" push -q "$remote" notebooks
