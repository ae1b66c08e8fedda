#!/bin/sh
# Puts the readers' notebooks of a built site on the branch `notebooks`, for nbgitpuller.
#
#   tools/push_notebooks.sh _build/html REMOTE
#
# Always one commit on top of the last: a student's copy is merged with it, so there must be no
# other history. Where nothing has changed, nothing is pushed.
set -eu
site=${1:?usage: tools/push_notebooks.sh SITE REMOTE} remote=${2:?usage: tools/push_notebooks.sh SITE REMOTE}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

git init -q -b notebooks "$work"
there=$(git ls-remote --heads "$remote" notebooks)
if [ -n "$there" ]; then
    git -C "$work" fetch -q --depth 1 "$remote" notebooks
    git -C "$work" reset -q FETCH_HEAD
fi
cp "$site"/_sources/*.ipynb "$work"
cp -R book/figures "$work"
git -C "$work" add -A
git -C "$work" diff --cached --quiet && exit
git -C "$work" -c user.name="github-actions[bot]" -c user.email="41898282+github-actions[bot]@users.noreply.github.com" \
    commit -q -m "Notebooks of $(git rev-parse --short HEAD)"
git -C "$work" push -q "$remote" notebooks
