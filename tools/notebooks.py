"""Pages and their twins: book/NAME.md and the executed book/NAME.ipynb next to it.

python -m tools.notebooks          execute the pages that changed, rewrite their twins
python -m tools.notebooks check    say what is wrong with any page or twin, execute nothing
python -m tools.notebooks edition FOLDER    write the readers' edition of the book into a new folder
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chapter import twins
from chapter.book import Book, BookError, Page
from chapter.editions import write_readers_edition
from chapter.execution import execute
from chapter.files import write_notebook
from tools import BOOK


async def _execute_all(pages: list[Page]) -> list[str]:
    """Execute pages side by side, one on each core; returns the lines of those that failed."""
    gate, problems = asyncio.Semaphore(os.cpu_count() or 1), []

    async def one(page: Page) -> None:
        async with gate:
            start = time.monotonic()
            try:
                write_notebook(await execute(page), page.twin)
            except BookError as error:
                problems.append(str(error))
                print(f"  {page.name:15} failed", flush=True)
            else:
                print(f"  {page.name:15} {time.monotonic() - start:5.1f} s", flush=True)

    await asyncio.gather(*map(one, pages))
    return problems


def _run(coroutine: Coroutine[Any, Any, list[str]]) -> list[str]:
    """Run a coroutine in a thread: in the main one nbclient takes Ctrl-C as a page's end."""
    with ThreadPoolExecutor(1) as thread:
        try:
            return thread.submit(asyncio.run, coroutine).result()
        except KeyboardInterrupt:
            print(
                "Stopped: the pages that were not finished have their old twins",
                file=sys.stderr,
                flush=True,
            )
            os._exit(130)  # at once: kernels end when the process that started them has ended


def update(book: Book = BOOK) -> list[str]:
    """Bring every twin up to date, executing only the pages whose cells or versions changed.

    Returns:
        A line for each problem; a page that has one keeps its old twin.
    """
    problems, todo = book.misfits(), []
    for page in book.notebooks():
        try:
            if not twins.refresh(page):
                todo.append(page)
        except BookError as error:
            problems.append(str(error))
    print(f"{len(todo)} of {len(book.notebooks())} pages to execute", flush=True)
    return problems + _run(_execute_all(todo))


def main(argv: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="tools.notebooks", description="Execute the book's pages."
    )
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("check", help="say what is wrong with any page or twin, execute nothing")
    edition = commands.add_parser("edition", help="write the readers' edition into a new folder")
    edition.add_argument("folder", type=Path)
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "check":
            problems = twins.problems(BOOK)
        elif arguments.command == "edition":
            problems = write_readers_edition(BOOK, arguments.folder) or []
        else:
            problems = update()
    except (BookError, OSError) as error:
        problems = [str(error)]
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
