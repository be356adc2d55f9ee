"""Making a release of what a build has published."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

import pyoxigraph as ox

from trygghetsgraf import __version__
from trygghetsgraf.dumps import write_whole
from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import ID
from trygghetsgraf.releases.contents import Contents, contents_of
from trygghetsgraf.releases.release import (
    GONE,
    About,
    File,
    Release,
    Releases,
    digest_of,
    read_digests,
    write_digests,
)
from trygghetsgraf.releases.tables import TABLES, rows, write_table
from trygghetsgraf.releases.withdrawn import Withdrawn
from trygghetsgraf.sources import digest
from trygghetsgraf.store.bulk import load_nquads, read_nquads
from trygghetsgraf.store.disk import exclusive, point
from trygghetsgraf.store.snapshots import Snapshots

_DUMP = "trygghetsgrafen.nq.gz"
#: files of a build that are released as they are, with their media types
#: (Parquet: https://www.iana.org/assignments/media-types/application/vnd.apache.parquet)
_AS_BUILT = MappingProxyType(
    {
        _DUMP: "application/n-quads",
        "trygghetsgrafen.trig.gz": "application/trig",
        "report.ttl": "text/turtle",
        "statistics.json": "application/json",
    }
)
_PARQUET = "application/vnd.apache.parquet"
#: not offered, but needed to compare the next release with this one
_IDENTIFIERS = "identifiers.gz"


def make_release(state: Path, built: Path, made: datetime, withdrawn: Withdrawn) -> Release:
    """The release of a build: a new one if it differs from the newest, else the newest.

    ``built`` is the build's folder. What withdrawals erase is deleted from earlier releases.
    Raises InputError if a withdrawal does not fit the graph, StoreError.
    """
    releases = Releases(state)
    releases.folder.mkdir(parents=True, exist_ok=True)
    with exclusive(state / "releases.lock", "a build", 60.0):
        contents = contents_of(read_nquads(built / _DUMP))
        _check(withdrawn, contents)
        newest = releases.latest()
        if newest is None or _differs(newest.about, contents, withdrawn):
            newest = _make(releases, newest, built, made, contents, withdrawn)
        if _drop_erased(releases, newest.about.number, frozenset(withdrawn.erased)):
            _forget(state, built)
        return newest


def _differs(about: About, contents: Contents, withdrawn: Withdrawn) -> bool:
    return (about.content, about.replaced) != (contents.content, withdrawn.replaced)


def _check(withdrawn: Withdrawn, contents: Contents) -> None:
    """Raise InputError unless the old is gone and the new is there."""

    def there(key: str) -> bool:
        return digest_of(str(ID[key])) in contents.identifiers

    for old, new in withdrawn.replaced.items():
        if there(old) or not there(new):
            found = f"{old} is still in the graph." if there(old) else f"{new} is not there."
            do = "Correct data/withdrawn.yaml and build again: no release was made."
            raise InputError(f"Replacing {old} by {new}", found, do)
    for erased in withdrawn.erased:
        if erased in contents.identifiers:
            raise InputError(
                f"Erasing what has the digest {erased}",
                "the graph still names it.",
                "Remove it from facts and reference data and build again: no release was made.",
            )


def _make(
    releases: Releases,
    previous: Release | None,
    built: Path,
    made: datetime,
    contents: Contents,
    withdrawn: Withdrawn,
) -> Release:
    """Write the next release; its folder appears when it is complete."""
    number = releases.latest_number() + 1
    making = Path(tempfile.mkdtemp(dir=releases.folder, prefix=".making-"))
    try:
        files = _write_files(making, built)
        identifiers = read_digests(previous.folder / _IDENTIFIERS) if previous else frozenset()
        gone = previous.gone if previous else frozenset()
        before = Contents(claims=releases.claims())
        write_digests(making / _IDENTIFIERS, contents.identifiers)
        write_digests(making / GONE, (identifiers | gone) - contents.identifiers)
        about = About(
            number=number,
            made=made,
            version=__version__,
            content=contents.content,
            quads=contents.quads,
            files=tuple(files),
            added=contents.claims_not_in(before),
            withdrawn=before.claims_not_in(contents),
            replaced=withdrawn.replaced,
        )
        (making / "release.json").write_text(about.model_dump_json(indent=1) + "\n")
        making.chmod(0o755)
        folder = releases.folder / str(number)
        # what a build that was cut short may have left: it never became the latest
        shutil.rmtree(folder, ignore_errors=True)
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    point(releases.link, str(number))
    return Release(folder)


def _write_files(folder: Path, built: Path) -> list[File]:
    """Write what is offered for download, with its checksums; return what there is."""
    files = []
    for name, media_type in _AS_BUILT.items():
        _link(built / name, folder / name)
        files.append(_file(folder / name, media_type))
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        store = ox.Store(scratch)
        load_nquads(store, built / _DUMP)
        for name, definition in TABLES.items():
            path = folder / f"{name}.parquet"
            write_table(path, definition, rows(store, definition))
            files.append(_file(path, _PARQUET))
        del store
    lines = "".join(f"{file.sha256}  {file.name}\n" for file in files)
    (folder / "SHA256SUMS").write_text(lines)
    return [*files, _file(folder / "SHA256SUMS", "text/plain")]


def _link(source: Path, target: Path) -> None:
    """A second name for a file, or a copy where the disk has no second names."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _file(path: Path, media_type: str) -> File:
    return File(
        name=path.name, media_type=media_type, size=path.stat().st_size, sha256=digest(path)
    )


def _drop_erased(releases: Releases, newest: int, erased: frozenset[str]) -> bool:
    """Delete the files of earlier releases that hold something erased; whether there were any.

    Its claims stay listed: their keys are hashes and name nobody.
    """
    found = False
    for number in range(1, newest):
        release = releases.get(number)
        held = read_digests(release.folder / _IDENTIFIERS)
        if release.about.dropped or not erased & held:
            continue
        found = True
        about = release.about.model_copy(update={"files": (), "dropped": True})
        for file in release.about.files:
            (release.folder / file.name).unlink(missing_ok=True)
        # last, so that a run that is cut short here is made up for by the next
        write_whole(
            release.folder / "release.json", (about.model_dump_json(indent=1) + "\n").encode()
        )
    return found


def _forget(state: Path, built: Path) -> None:
    """Delete what else holds earlier states: builds, compiled documents, snapshots.

    All but the snapshots that somebody reads at this moment.
    """
    for folder in built.parent.iterdir():
        if folder != built:
            shutil.rmtree(folder)
    shutil.rmtree(state / "cache", ignore_errors=True)
    with exclusive(state / "writer.lock", "a build that erases", 60.0):
        Snapshots(state).prune(0, keep_at_least=1)
