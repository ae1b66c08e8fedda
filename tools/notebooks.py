"""Pages and their twins: book/NAME.md and the executed book/NAME.ipynb beside it.

    python -m tools.notebooks          execute the pages that changed, rewrite their twins
    python -m tools.notebooks check    say what is wrong with any page or twin, execute nothing
    python -m tools.notebooks reader FOLDER   write the reader's version of the book into a new folder

A twin is a function of its page and of what the kernel answered, nothing else: no times, no
random ids, no versions of Python. So two runs give the same bytes, and a twin that does not match
its page is seen without a kernel.
"""

import argparse
import asyncio
import copy
import functools
import hashlib
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
TOC = ROOT / "_toc.yml"
CONSTRAINTS = ROOT / "requirements" / "constraints.txt"
REMEDY = "run `make notebooks`"

#: Seconds that one cell may take.
CELL_TIMEOUT = 120


class BookError(Exception):
    """Something that the author of the book has to mend; its text is one line."""


# --- reading ------------------------------------------------------------------


def contents(toc=TOC):
    """The chapter's contents: a mapping whose keys are the names of its pages, in order; `root.subtrees` are its parts."""
    from sphinx_external_toc.parsing import parse_toc_yaml  # who makes the reader's version has no Sphinx

    return parse_toc_yaml(toc)


def name(path):
    """The path as messages give it: relative to the folder of the book's repository."""
    path = Path(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def is_notebook(page):
    """Whether a page has cells to run (its front matter says ``file_format: mystnb``)."""
    return re.match(r"---\n(?:.*\n)*?file_format: mystnb\n", page.read_text("utf-8")) is not None


def pages(book=BOOK):
    """The pages that have twins, as sorted paths."""
    return sorted(page for page in book.glob("*.md") if is_notebook(page))


def twin_of(page):
    """The path of a page's twin."""
    return Path(page).with_suffix(".ipynb")


def pins():
    """A short digest of the exact versions that the twins were executed with."""
    lines = CONSTRAINTS.read_text("utf-8").splitlines()
    return hashlib.sha256("\n".join(x for x in lines if "==" in x).encode()).hexdigest()[:16]


def targets(book=BOOK):
    """The file that a link leads to in the notebooks, as ``{label or page.md: file name}``.

    A page with cells is its notebook; one of prose alone stays Markdown.
    """
    where = {}
    for page in sorted(book.glob("*.md")):
        file = twin_of(page).name if is_notebook(page) else page.name
        for label in [page.name, *re.findall(r"^\(([\w-]+)\)=$", page.read_text("utf-8"), re.MULTILINE)]:
            where[label] = file
    return where


def is_for_deck(metadata):
    """Whether a Markdown cell is for the slides or their speaker alone, and for no reader."""
    notes = metadata.get("slideshow", {}).get("slide_type") == "notes"
    return notes or "slide-only" in metadata.get("tags", [])


def read_page(page):
    """Read a page as the notebook that its twin must be, without outputs.

    Args:
        page: path of the ``.md``.

    Returns:
        A notebook node (nbformat 4.5) with fixed metadata; a cell's id is made of its source, so
        that it stays when other cells come and go.

    Raises:
        BookError: the page cannot be read, or has an empty code cell.
    """
    page = Path(page)
    try:
        nb = jupytext.reads(page.read_text("utf-8"), fmt="md:myst")
    except Exception as error:  # jupytext lets the errors of all its parsers through
        raise BookError(f"{name(page)} cannot be read: {' '.join(str(error).split())}") from error
    nb.cells = [cell for cell in nb.cells if cell.cell_type == "code" or not is_for_deck(cell.metadata)]
    where = targets(page.parent)
    seen, ids = {}, []
    for number, cell in enumerate(nb.cells, 1):
        if cell.cell_type == "code" and not cell.source.strip():
            raise BookError(f"{name(page)}: cell {number} is an empty code cell; delete it")
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        ids.append(f"{digest}-{seen[digest]}")
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source, where)
    for cell, cell_id in zip(nb.cells, ids):
        cell.id = cell_id
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "twin": {"pins": pins(), "source": page.name},
        }
    )
    return nb


# --- MyST in a plain notebook -------------------------------------------------

_FENCE = re.compile(r"^(:{3,}|`{3,})\{([\w-]+)\}[ \t]*(.*)$")


def plain_markdown(text, where):
    """Turn the MyST that pages use into Markdown that any notebook program shows.

    JupyterLab, Colab and GitHub know no directives, roles or labels. A label becomes an anchor, a
    link to a page or a label a link to a notebook, a folded box ``<details>``, any other box a
    quotation, a figure an image with its caption.

    Args:
        text: MyST Markdown of one cell.
        where: the files that links lead to, as `targets` gives them.
    """
    out, lines, i = [], text.split("\n"), 0
    while i < len(lines):
        fence = _FENCE.match(lines[i])
        if not fence:
            out.append(_plain_line(lines[i], where))
            i += 1
            continue
        marks, directive, argument = fence.groups()
        end = next((j for j in range(i + 1, len(lines)) if lines[j].rstrip() == marks), len(lines))
        body, options = lines[i + 1 : end], {}
        while body and (option := re.match(r":([\w-]+):[ \t]*(.*)$", body[0])):
            options[option[1]] = option[2]
            body = body[1:]
        inner = plain_markdown("\n".join(body).strip("\n"), where)
        out.append(_plain_directive(directive, _plain_line(argument, where), options, inner))
        i = end + 1
    return "\n".join(out)


def _plain_directive(directive, argument, options, inner):
    if directive in ("figure", "image"):
        return f"![{options.get('alt', '')}]({argument})" + (f"\n\n*{inner}*" if inner else "")
    if directive == "bibliography":
        return "The references are listed on the book's site."
    if directive == "dropdown" or "dropdown" in options.get("class", ""):
        return f"<details>\n<summary>{argument}</summary>\n\n{inner}\n\n</details>"
    if directive == "glossary" or directive == "math":
        return f"$$\n{inner}\n$$" if directive == "math" else inner
    title = argument or directive.capitalize()
    return f"> **{title}**\n>\n" + "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))


@functools.cache
def _sources():
    return parse_file(BOOK / "references.bib").entries


def _plain_citation(match):
    """By author and year, as the site has it, with a link to the source itself."""
    cited = []
    for key in match[2].split(","):
        if not (entry := _sources().get(key)):
            raise BookError(f"{{cite:{match[1]}}}`{match[2]}`: there is no {key} in book/references.bib")
        names = [" ".join(person.last_names).strip("{}") for person in entry.persons["author"]]
        names = " and ".join(names) if len(names) < 3 else f"{names[0]} *et al.*"
        year, url = entry.fields["year"], entry.fields.get("url")
        text = f"{names} ({year})" if match[1] == "t" else f"{names}, {year}"
        cited.append(f"[{text}]({url})" if url else text)
    return ", ".join(cited) if match[1] == "t" else f"({'; '.join(cited)})"


def _plain_line(line, where):
    if label := re.fullmatch(r"\(([\w-]+)\)=", line):
        return f'<a id="{label[1]}"></a>'

    def link(match):
        target, hash_, label = match[1].partition("#")
        return f"]({where.get(target or label, target)}{hash_}{label})"

    line = line.replace('"_sources/', '"')  # where the site keeps what is beside the page here
    line = re.sub(r"\[\]\(([\w-]+)\.md\)", r"[\1](\1.md)", line)
    line = re.sub(r"\]\((?!\w+:)([^)\s]*)\)", link, line)
    line = re.sub(r"\{cite:([pt])\}`([^`]+)`", _plain_citation, line)
    # {role}`text <target>` and {role}`text`, as they read
    return re.sub(r"\{[\w:-]+\}`([^`<]*?)(?:\s*<[^`>]*>)?`", r"\1", line)


# --- the reader's version -----------------------------------------------------

#: Cells with one of these tags are for the page, the deck or the lecturer, not for the reader.
NOT_FOR_READERS = {"solution", "slide-only", "notes"}


def reader(nb):
    """Make the notebook that readers get of one with everything in it: a page's or its twin's.

    Cells that only set something up stay, and so do outputs: a starter cell shows what its check
    says before there is an answer.

    Args:
        nb: a notebook node; it is left as it is.

    Returns:
        A new notebook without the cells that are not for readers.
    """
    nb = copy.deepcopy(nb)
    nb.cells = [c for c in nb.cells if not NOT_FOR_READERS & set(c.metadata.get("tags", []))]
    return nb


def readers(page):
    """The notebook that readers get of a page: its prose of today with the outputs of its twin.

    Raises:
        BookError: the page has no good twin.
    """
    return reader(with_outputs(read_page(page), read_twin(page)))


def write_readers(folder, book=BOOK):
    """Write what readers get of the whole book, figures and pages of prose too, into a new folder.

    Raises:
        BookError: a page has no good twin, or the folder is there already.
    """
    if folder.exists():
        raise BookError(f"{folder} is there already: name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as half:
        new = Path(half, "book")
        shutil.copytree(book / "figures", new / "figures")
        for page in sorted(book.glob("*.md")):
            if is_notebook(page):
                write(readers(page), new / twin_of(page).name)
            else:
                text = re.sub(r"\A---\n.*?\n---\n", "", page.read_text("utf-8"), flags=re.DOTALL)
                (new / page.name).write_text(plain_markdown(text, targets(book)), "utf-8")
        new.rename(folder)


# --- comparing ----------------------------------------------------------------


def _code(nb):
    """What execution depends on: each code cell's source and tags."""
    return [
        (cell.source, cell.metadata.get("tags", [])) for cell in nb.cells if cell.cell_type == "code"
    ]


def _without_outputs(nb):
    cells = [{k: v for k, v in c.items() if k not in ("outputs", "execution_count")} for c in nb.cells]
    return [dict(nb.metadata), cells]


def unexecuted(nb):
    """Say which code cell of a notebook was not run in order on a fresh kernel, or None."""
    for number, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        if cell.execution_count != number:
            return f"code cell {number} has execution count {cell.execution_count}, not {number}"
        for output in cell.outputs:
            if output.output_type == "execute_result" and output.execution_count != number:
                return f"code cell {number} stores the result of another run"
        raises = any(output.output_type == "error" for output in cell.outputs)
        if raises != ("raises-exception" in cell.metadata.get("tags", [])):
            return f"code cell {number} " + (
                "stores an error and is not tagged raises-exception"
                if raises
                else "is tagged raises-exception and stores no error"
            )
    return None


def read_twin(page):
    """Read a page's twin and see that its outputs belong to the page's cells.

    Raises:
        BookError: the twin is missing, unreadable, never run or stripped, or the page's cells
            have changed since it was run.
    """
    page, twin = Path(page), twin_of(page)
    if not twin.exists():
        raise BookError(f"{name(page)} has no executed twin {twin.name}: {REMEDY}")
    try:
        nb = nbformat.read(twin, as_version=4)
        nbformat.validate(nb)
    except Exception as error:
        raise BookError(f"{name(twin)} is not a valid notebook ({type(error).__name__}): {REMEDY}") from error
    if _code(nb) != _code(read_page(page)):
        raise BookError(f"{name(twin)} is stale, the cells of {name(page)} have changed: {REMEDY}")
    if wrong := unexecuted(nb):
        raise BookError(f"{name(twin)} was not run as it stands ({wrong}): {REMEDY}")
    return nb


def with_outputs(nb, twin):
    """Give the code cells of a notebook the outputs of those of its twin, in order."""
    done = iter([cell for cell in twin.cells if cell.cell_type == "code"])
    for cell in nb.cells:
        if cell.cell_type == "code":
            run = next(done)
            cell.outputs, cell.execution_count = run.outputs, run.execution_count
    return nb


def prose_is_stale(page):
    """Whether a twin whose outputs are good has other prose, ids or pins than its page."""
    return _without_outputs(read_twin(page)) != _without_outputs(read_page(page))


def orphans(book=BOOK):
    """Twins that have no page."""
    have = {twin_of(page) for page in pages(book)}
    return sorted(twin for twin in book.glob("*.ipynb") if twin not in have)


def misfits(book=BOOK, toc=TOC):
    """What is wrong with the set of files, as a list of lines: nothing here needs a kernel."""
    problems = [
        f"{name(twin)} has no page {twin.with_suffix('.md').name}: delete it, or bring the page back"
        for twin in orphans(book)
    ]
    try:
        listed = contents(toc)
    except Exception as error:
        return [*problems, f"{toc.name} cannot be read: {' '.join(str(error).split())}"]
    return problems + [
        f"{toc.name} lists {entry}, and there is no {name(book / entry)}.md: mend one of them"
        for entry in listed
        if not (book / f"{entry}.md").exists()
    ]


def check(book=BOOK, toc=TOC):
    """All that keeps the site from being built, as a list of lines."""
    problems = misfits(book, toc)
    for page in pages(book):
        try:
            read_twin(page)
        except BookError as error:
            problems.append(str(error))
    return problems


# --- executing ----------------------------------------------------------------


async def execute(page):
    """Run a page's cells on a fresh kernel.

    Args:
        page: path of the ``.md``.

    Returns:
        The executed notebook.

    Raises:
        BookError: a cell raised without the tag ``raises-exception``, did not raise with it, took
            too long or killed the kernel. The line says which and where it stands.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    nb = read_page(page)
    metadata = nbformat.from_dict(nb.metadata)
    client = NotebookClient(
        nb,
        kernel_name="python3",
        # Without the kernel's own warnings between the lines of progress
        extra_arguments=["--log-level=ERROR"],
        timeout=CELL_TIMEOUT,
        record_timing=False,
        resources={"metadata": {"path": str(page.parent)}},
    )
    try:
        await client.async_execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        failed = [c.get("execution_count") for c in nb.cells if c.cell_type == "code"]
        number = max([n for n in failed if n] or [1])
        what = (
            f"raised {error.ename}: {' '.join(error.evalue.split())}; mend it, or tag it raises-exception"
            if isinstance(error, CellExecutionError)
            else f"took longer than {CELL_TIMEOUT} s"
            if isinstance(error, CellTimeoutError)
            else "killed the kernel"
        )
        raise BookError(f"{_place(page, number)} {what}") from error
    nb.metadata = metadata  # the client has added the version of Python
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = joined(cell.outputs)
            for output in cell.outputs:  # a random id of the run, which no edition needs
                output.get("transient", {}).pop("display_id", None)
    if wrong := unexecuted(nb):
        number = int(re.search(r"\d+", wrong)[0])
        raise BookError(f"{_place(page, number)} {wrong.split(' ', 3)[3]}")
    return nb


def _place(page, number):
    """``book/NAME.md:LINE`` of the code cell with this number, counted from 1."""
    lines = page.read_text("utf-8").splitlines()
    starts = [i for i, line in enumerate(lines, 1) if re.match(r"(`{3,}|:{3,})\{code-cell\}", line)]
    return f"{name(page)}:{starts[number - 1]}: code cell {number}"


def joined(outputs):
    """Join neighbouring pieces of one stream: where a kernel splits a stream is chance."""
    result = []
    for output in outputs:
        last = result[-1] if result else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last["text"] += output.text
        else:
            result.append(nbformat.from_dict(output))
    return result


def write(nb, path):
    """Write a notebook in one step: a reader sees the old file or the new one, never half."""
    text = nbformat.writes(nb, version=4).rstrip("\n") + "\n"
    if path.exists() and path.read_text("utf-8") == text:
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def refresh(page):
    """Give a twin its page's new prose, where its outputs are still good.

    Returns:
        Whether they are: the same cells, executed, with the pinned versions of today.

    Raises:
        BookError: the page itself cannot be read.
    """
    fresh = read_page(page)
    try:
        twin = read_twin(page)
    except BookError:
        return False
    if twin.metadata.get("twin") != fresh.metadata["twin"]:
        return False
    write(with_outputs(fresh, twin), twin_of(page))
    return True


async def _make(todo):
    """Execute pages side by side, one on each core; returns the lines of those that failed."""
    gate, problems = asyncio.Semaphore(os.cpu_count() or 1), []

    async def one(page):
        async with gate:
            start = time.monotonic()
            try:
                write(await execute(page), twin_of(page))
            except BookError as error:
                problems.append(str(error))
                print(f"  {page.stem:15} failed", flush=True)
            else:
                print(f"  {page.stem:15} {time.monotonic() - start:5.1f} s", flush=True)

    await asyncio.gather(*(one(page) for page in todo))
    return problems


def main(argv=None):
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.notebooks", description="Execute the book's pages.")
    parser.add_argument("what", nargs="?", choices=["make", "check", "reader"], default="make")
    parser.add_argument("folder", nargs="?", type=Path, help="where `reader` writes to")
    arguments = parser.parse_args(argv)
    if (arguments.what == "reader") != (arguments.folder is not None):
        parser.error("`reader` needs a folder, and nothing else takes one")
    if arguments.what == "check":
        problems = check()
    elif arguments.what == "reader":
        try:
            write_readers(arguments.folder)
            problems = []
        except BookError as error:
            problems = [str(error)]
    else:
        problems, todo = misfits(), []
        for page in pages():
            try:
                if not refresh(page):
                    todo.append(page)
            except BookError as error:
                problems.append(str(error))
        print(f"{len(todo)} of {len(pages())} pages to execute", flush=True)
        problems += asyncio.run(_make(todo))
    for line in problems:
        print(line, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
