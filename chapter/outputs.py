"""The outputs of cells: when two are the same, and when they were not made in one run."""

import difflib
import json
import re
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode

#: Python 3.13 words these messages of its own differently: a twin fits every Python.
_WORDINGS = [
    (r"obj \(instance of \w+\) is not an instance (.*) \(\w+\)\.", r"obj must be an instance \1"),
    (r"(unexpected keyword argument '\w+')\. Did you mean '\w+'\?", r"\1"),
]


def joined(outputs: Iterable[dict]) -> list[NotebookNode]:
    """Join neighboring pieces of one stream: where a kernel splits a stream is chance."""
    result = []
    for output in outputs:
        last = result[-1] if result else None
        if (
            last
            and output["output_type"] == last.output_type == "stream"
            and output["name"] == last.name
        ):
            last["text"] += output["text"]
        else:
            result.append(nbformat.from_dict(output))
    return result


def _as_python_3_11(message: str) -> str:
    for newer, older in _WORDINGS:
        message = re.sub(newer, older, message)
    return message


def canonical(outputs: Iterable[dict]) -> list[dict]:
    """What is compared of a cell's outputs: everything but the number of the run."""
    plain = json.loads(json.dumps(joined(outputs)))
    for output in plain:
        output.pop("execution_count", None)
        output.pop("transient", None)
        if output["output_type"] == "error":
            output["evalue"] = _as_python_3_11(output["evalue"])
            output["traceback"] = [_as_python_3_11(line) for line in output["traceback"]]
        for kind, value in output.get("data", {}).items():
            # The notebook format stores a text as a list of lines or as one; JSON stays JSON.
            if isinstance(value, list) and not kind.endswith("json"):
                output["data"][kind] = "".join(value)
    return plain


def difference(stored: Iterable[dict], fresh: Iterable[dict]) -> list[str] | None:
    """Compare the stored outputs of a cell with those of a new run.

    Returns:
        None where they are the same, else the lines of a diff.
    """
    old, new = canonical(stored), canonical(fresh)
    if old == new:
        return None
    texts = [
        json.dumps(x, indent=1, ensure_ascii=False).replace("\\n", "\n").splitlines()
        for x in (old, new)
    ]
    return list(difflib.unified_diff(*texts, "stored in the twin", "this run", n=2, lineterm=""))


def unexecuted(nb: NotebookNode) -> tuple[int, str] | None:
    """Find a code cell that was not run in order on a fresh kernel.

    Returns:
        Its number among the code cells, from 1, and what is wrong with it; or None.
    """
    for number, cell in enumerate((c for c in nb.cells if c.cell_type == "code"), 1):
        if cell.execution_count != number:
            return number, f"has execution count {cell.execution_count}, not {number}"
        for output in cell.outputs:
            if output.output_type == "execute_result" and output.execution_count != number:
                return number, "stores the result of another run"
        raises = any(output.output_type == "error" for output in cell.outputs)
        if raises and "raises-exception" not in cell.metadata.get("tags", []):
            return number, "stores an error and is not tagged raises-exception"
        if not raises and "raises-exception" in cell.metadata.get("tags", []):
            return number, "is tagged raises-exception and stores no error"
    return None
