"""Notebook files: reading, upgrading from version 3, writing."""

import json
import os


class NotebookError(Exception):
    """The file is not a notebook that can be run; the message says why."""


def read(path):
    """Reads a notebook file into the form of version 4."""
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise NotebookError(f"{path}: {error.strerror or error}") from None
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotebookError(f"{path}: not a notebook: the file is not UTF-8 text") from None
    except RecursionError:
        raise NotebookError(f"{path}: not a notebook: nested too deeply") from None
    except ValueError as error:
        raise NotebookError(f"{path}: not a notebook: not JSON ({error})") from None
    return normalize(notebook, path)


def normalize(notebook, path="notebook"):
    """Checks a decoded notebook and brings it into the form of version 4."""
    if not isinstance(notebook, dict):
        raise NotebookError(f"{path}: not a notebook: JSON, but not an object")
    major = notebook.get("nbformat")
    if not isinstance(major, int) or isinstance(major, bool):
        raise NotebookError(f"{path}: not a notebook: no 'nbformat' number")
    if major == 3:
        notebook = _from_version_3(notebook)
    elif major != 4:
        raise NotebookError(f"{path}: notebook format {major} is not supported (3 and 4 are)")
    minor = notebook.get("nbformat_minor")
    if not isinstance(minor, int) or isinstance(minor, bool):
        minor = notebook["nbformat_minor"] = 0
    if not isinstance(notebook.get("metadata"), dict):
        notebook["metadata"] = {}
    cells = notebook.setdefault("cells", [])
    if not isinstance(cells, list):
        raise NotebookError(f"{path}: not a notebook: 'cells' is not a list")
    seen = set()
    for number, cell in enumerate(cells, 1):
        _normalize_cell(cell, minor, seen, f"{path}: cell {number}")
    return notebook


def _normalize_cell(cell, minor, seen, where):
    if not isinstance(cell, dict) or not isinstance(cell.get("cell_type"), str):
        raise NotebookError(f"{where} is not a cell")
    if not isinstance(cell.get("metadata"), dict):
        cell["metadata"] = {}
    source = cell.setdefault("source", "")
    if isinstance(source, list):
        if not all(isinstance(line, str) for line in source):
            raise NotebookError(f"{where}: 'source' holds something that is not text")
    elif not isinstance(source, str):
        raise NotebookError(f"{where}: 'source' is not text")
    if cell["cell_type"] == "code":
        if not isinstance(cell.get("outputs"), list):
            cell["outputs"] = []
        cell.setdefault("execution_count", None)
    if minor >= 5:
        name = cell.get("id")
        if not isinstance(name, str) or not name or name in seen:
            name = cell["id"] = os.urandom(4).hex()
        seen.add(name)
    else:
        cell.pop("id", None)


def _from_version_3(old):
    metadata = old.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    title = metadata.pop("name", None)
    if title:
        metadata["title"] = title
    new = {"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    for sheet in old.get("worksheets") or []:
        for cell in sheet.get("cells") or []:
            new["cells"].append(_cell_from_version_3(cell))
    return new


def _cell_from_version_3(old):
    kind = old.get("cell_type")
    cell = {"cell_type": kind, "metadata": old.get("metadata") or {}}
    if kind == "code":
        cell["source"] = old.get("input", "")
        cell["execution_count"] = old.get("prompt_number")
        cell["outputs"] = []  # they are about to be made anew
    elif kind == "heading":
        cell["cell_type"] = "markdown"
        text = joined(old.get("source", ""))
        cell["source"] = "#" * int(old.get("level") or 1) + " " + text.replace("\n", " ")
    else:
        cell["cell_type"] = "raw" if kind == "raw" else "markdown"
        cell["source"] = old.get("source", "")
    return cell


def joined(text):
    """The text of a field that may be a list of lines."""
    return "".join(text) if isinstance(text, list) else text


def lines(text):
    """Text as notebooks store it: a list of lines that keep their ends."""
    return text.splitlines(keepends=True) if "\r" not in text else _newline_lines(text)


def _newline_lines(text):
    # A carriage return redraws a line (progress bars); only a newline ends one.
    parts = text.split("\n")
    result = [part + "\n" for part in parts[:-1]]
    if parts[-1]:
        result.append(parts[-1])
    return result


def write(notebook, path):
    """Writes a notebook whole or not at all."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    # A lone surrogate has no UTF-8 form; its escape is valid JSON.
    content = text.encode("utf-8", "backslashreplace")
    folder, name = os.path.split(os.path.abspath(path))
    scratch = os.path.join(folder, f".{name}.{os.getpid()}.tmp")
    try:
        with open(scratch, "wb") as file:
            file.write(content)
        os.replace(scratch, path)
    except BaseException:
        try:
            os.unlink(scratch)
        except OSError:
            pass
        raise
