"""YAML files written by people: every scalar a string, every node with its line.

Scalars stay as they were typed ("2019-09", "no", "0126"), so that what a value means is
decided by the ontology and not by YAML. Anchors, tags, duplicate keys and deep nesting are
refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from trygghetsgraf.errors import InputError, InputErrors

#: what a YAML file may hold: strings, lists and mappings, nothing else
Plain = str | list["Plain"] | dict[str, "Plain"]
Loc = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

#: no file written by hand comes near this; a larger one is a mistake or an attack
MAX_BYTES = 5_000_000
#: a relay within a relay within a relay is some 20 deep
MAX_DEPTH = 50
_TRIED = "Reading a YAML file"


class _Loader(yaml.SafeLoader):
    """Composes the nodes of a file and refuses what a plain file has no use for."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        found = None
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            found = "an anchor or alias (& or *)"
        elif getattr(event, "tag", None):
            found = "a tag (!)"
        elif self.depth == MAX_DEPTH:
            found = f"nesting deeper than {MAX_DEPTH}"
        if found:
            raise yaml.composer.ComposerError(problem=found, problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


@dataclass(frozen=True)
class YamlFile:
    """A parsed file: its content and the line of every node."""

    path: Path
    content: Plain
    lines: dict[Loc, int]

    @classmethod
    def read(cls, path: Path) -> YamlFile:
        """The file, parsed. Raises InputError with the line where it is not plain YAML."""
        try:
            raw = path.read_bytes()
            if len(raw) > MAX_BYTES:
                raise InputError(
                    _TRIED, f"{len(raw)} bytes, more than {MAX_BYTES}.", "Split it.", path=path
                )
            text = raw.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                _TRIED, f"{error}.", "Give a readable UTF-8 file.", path=path
            ) from error
        return cls.parse(text, path)

    @classmethod
    def parse(cls, text: str, path: Path) -> YamlFile:
        """A text that stands in a file, line by line. Raises InputError as :meth:`read` does."""
        try:
            root = yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise InputError(
                _TRIED,
                f"{error.problem or error.context}.",
                "Check indentation and quoting; a text with ': ' or ' #' needs quotes.",
                path=path,
                line=mark.line + 1 if mark else None,
            ) from error
        except yaml.reader.ReaderError as error:
            raise InputError(
                _TRIED,
                f"the character U+{error.character:04X} at position {error.position}.",
                "Remove it: YAML has no control characters.",
                path=path,
            ) from error
        if root is None:
            raise InputError(_TRIED, "the file is empty.", "Write it or remove it.", path=path)
        lines: dict[Loc, int] = {}
        return cls(path, _plain(root, (), lines, path), lines)

    def line(self, loc: Sequence[str | int]) -> int:
        """The 1-based line of a node, or of its nearest ancestor that has one."""
        loc = tuple(loc)
        while loc not in self.lines and loc:
            loc = loc[:-1]
        return self.lines[loc]

    def error(self, loc: Sequence[str | int], tried: str, found: str, do: str) -> InputError:
        """An InputError at a node of this file."""
        return InputError(tried, found, do, path=self.path, line=self.line(loc))

    def validate(self, model: type[M], described: str = "docs/facts.md") -> M:
        """The content as a model; ``described`` is where the model is.

        Raises InputErrors with a line for everything that is off.
        """
        try:
            return model.model_validate(self.content)
        except ValidationError as error:
            raise InputErrors(
                [
                    self.error(
                        problem["loc"],
                        "Reading " + (".".join(str(part) for part in problem["loc"]) or "the file"),
                        f"{_shorten(problem['input'])}: {problem['msg']}.",
                        f"See the schema of {model.__name__} in {described}.",
                    )
                    for problem in error.errors()
                ]
            ) from error


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _plain(node: yaml.Node, loc: Loc, lines: dict[Loc, int], path: Path) -> Plain:
    lines[loc] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*loc, i), lines, path) for i, item in enumerate(node.value)]
    result: dict[str, Plain] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        found = None
        if not isinstance(key_node, yaml.ScalarNode):
            found, do = "a list or mapping as a key.", "Write the key as a text."
        elif key in result:
            found, do = f"the key {key!r} stands twice in one mapping.", "Merge the two."
        if found:
            line = key_node.start_mark.line + 1
            raise InputError(_TRIED, found, do, path=path, line=line)
        result[key] = _plain(value_node, (*loc, key), lines, path)
        lines[(*loc, key)] = key_node.start_mark.line + 1
    return result
