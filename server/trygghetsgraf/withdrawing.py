"""Withdrawing a person or a document: out of the sources, and noted in data/withdrawn.yaml.

A document leaves with its facts and texts. A person keeps the words but loses the name: it is
masked wherever it stands in texts, quotes and labels, at equal length, so that every other
claim and every offset stays; the identifier becomes one that names nobody. The next build
then makes a release in which the old identifier answers 410, and deletes the files of earlier
releases that held it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from trygghetsgraf.documents import load_work
from trygghetsgraf.errors import InputError, NotFoundError
from trygghetsgraf.namespaces import ID, is_key
from trygghetsgraf.releases.release import digest_of
from trygghetsgraf.releases.withdrawn import read_withdrawn
from trygghetsgraf.texts import MASK
from trygghetsgraf.yamlfile import YamlFile

#: of the digest, in the identifier that takes the place of a person's
_DIGITS = 8


@dataclass
class Withdrawal:
    """What was changed in a project, and how to take that back."""

    thing: str
    #: every file that was changed → its content before, None for one that is new
    before: dict[Path, bytes | None] = field(default_factory=dict)
    #: places where a part of the person's name still stands, as file:line
    left: tuple[str, ...] = ()

    def write(self, path: Path, content: bytes | None) -> None:
        """Give a file its new content; None deletes it."""
        self.before.setdefault(path, path.read_bytes() if path.exists() else None)
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)

    def undo(self) -> None:
        """Put every file back as it was."""
        for path, content in self.before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)


def withdraw(project: Path, thing: str, also: Iterable[str] = ()) -> Withdrawal:
    """Take a person (``actor/KEY``) or a document (``document/KEY``) out of the sources.

    ``also`` are further spellings of a person's name. Raises NotFoundError if there is no such
    thing, InputError if other files still name a document or the thing is neither of the two.
    """
    kind, _, key = thing.partition("/")
    if not is_key(key) or kind not in ("actor", "document"):
        raise InputError(
            f"Withdrawing {thing}",
            "that is neither a person nor a document.",
            "Write actor/KEY or document/KEY, as in the address of its page.",
        )
    withdrawal = Withdrawal(thing)
    if kind == "document":
        _document(withdrawal, project / "data", key)
    else:
        _person(withdrawal, project / "data", key, tuple(also))
    _note(withdrawal, project, digest_of(str(ID[thing])))
    return withdrawal


def _document(withdrawal: Withdrawal, data: Path, key: str) -> None:
    """Delete the files of a document, unless others name it."""
    meta = data / "documents" / f"{key}.yaml"
    if not meta.exists():
        raise NotFoundError(
            f"Withdrawing document/{key}",
            "no document that was read is called that.",
            "Look up its key at /documents.",
        )
    own = [meta, data / "facts" / meta.name]
    names = re.compile(rf"(?<![a-z0-9-]){key}(?![a-z0-9-])")
    others = [
        place for path in _files(data, ".yaml") if path not in own for place in _places(path, names)
    ]
    if others:
        raise InputError(
            f"Withdrawing document/{key}",
            f"other files name it: {', '.join(others)}.",
            "Take it out there first. Nothing was changed.",
        )
    texts = [data / "documents" / m.file for m in load_work(meta).meta.manifestations]
    for path in (*own, *texts):
        if path.exists():
            withdrawal.write(path, None)


def _person(withdrawal: Withdrawal, data: Path, key: str, also: tuple[str, ...]) -> None:
    """Mask a person's name and replace the identifier, in every file."""
    spellings = sorted({*_spellings(data, key), *also}, key=len, reverse=True)
    named = re.compile("|".join(_pattern(spelling) for spelling in spellings))
    nameless = f"person-{digest_of(str(ID[f'actor/{key}']))[:_DIGITS]}"
    keyed = re.compile(rf"(?<![a-z0-9]){key}(?![a-z0-9])")
    sums: dict[str, str] = {}
    for path in _files(data, ".txt"):
        old = path.read_bytes()
        new = _masked(named, old.decode()).encode()
        if new != old:
            sums[sha256(old).hexdigest()] = sha256(new).hexdigest()
            withdrawal.write(path, new)
    for path in _files(data, ".yaml"):
        old_text = path.read_text(encoding="utf-8")
        text = keyed.sub(nameless, _masked(named, old_text))
        for old_sum, new_sum in sums.items():
            text = text.replace(old_sum, new_sum)
        if text != old_text:
            withdrawal.write(path, text.encode())
    parts = {word for spelling in spellings for word in spelling.split() if word.isalpha()}
    rest = re.compile("|".join(_pattern(part) for part in parts if len(part) > 1))
    files = (*_files(data, ".txt"), *_files(data, ".yaml"))
    withdrawal.left = tuple(place for path in files for place in _places(path, rest))


def _spellings(data: Path, key: str) -> Iterator[str]:
    """The names that the sources have for a person; raises NotFoundError, InputError."""
    found = False
    for path in _files(data, ".yaml"):
        content = YamlFile.read(path).content
        things = content.get("things") if isinstance(content, dict) else None
        entry = things.get(f"actor/{key}") if isinstance(things, dict) else None
        if not isinstance(entry, dict):
            continue
        if entry.get("a") != "Person":
            raise InputError(
                f"Withdrawing actor/{key}",
                f"it is of the class {entry.get('a')}.",
                "Only persons and documents are withdrawn; correct facts of others instead.",
                path=path,
            )
        found = True
        names = [entry.get("sv"), entry.get("en"), *(entry.get("also") or ())]
        yield from (name for name in names if isinstance(name, str))
    if not found:
        raise NotFoundError(
            f"Withdrawing actor/{key}",
            "no person in the sources is called that.",
            "Take the key from the address of the person's page.",
        )


def _pattern(words: str) -> str:
    """Words however they are broken into lines, with a genitive or without."""
    return r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?=s?(?!\w))"


def _masked(named: re.Pattern[str], text: str) -> str:
    return named.sub(lambda match: re.sub(r"\S", MASK, match.group()), text)


def _places(path: Path, pattern: re.Pattern[str]) -> Iterator[str]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if pattern.search(line):
            yield f"{path.name}:{number}"


def _files(data: Path, ending: str) -> list[Path]:
    folders = ("documents", "facts", "reference")
    return [path for name in folders for path in sorted((data / name).glob(f"*{ending}"))]


def _note(withdrawal: Withdrawal, project: Path, digest: str) -> None:
    """Add a digest to the list of what is erased."""
    path = project / "data" / "withdrawn.yaml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    entry = f"erased:\n- {digest}\n"
    if re.search(r"^erased:", text, re.MULTILINE):
        text = re.sub(r"^erased:[ \t]*\n", entry, text, count=1, flags=re.MULTILINE)
    else:
        text = text + ("\n" if text and not text.endswith("\n") else "") + entry
    withdrawal.write(path, text.encode())
    if digest not in read_withdrawn(project).erased:
        withdrawal.undo()
        raise InputError(
            f"Withdrawing {withdrawal.thing}",
            "the list of what is erased is not a list with one entry a line.",
            "Write it like that. Nothing was changed.",
            path=path,
        )
