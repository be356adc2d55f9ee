"""Commands for what is written beside builds: ``token``, ``writes``, ``undo``, ``restore``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from trygghetsgraf.settings import Settings
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.writes.gate import Gate, undo
from trygghetsgraf.writes.log import Count, Log
from trygghetsgraf.writes.tokens import Token, Tokens

_OUT = Console(highlight=False, markup=False, soft_wrap=True)
_ERR = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
_FORMAT = click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table")


class _Options(Protocol):
    """What the main command leaves for its subcommands."""

    def settings(self) -> Settings: ...


@click.group("token")
def token_command() -> None:
    """Tokens that let others write: make, list and revoke them."""


@token_command.command("create")
@click.argument("name")
@click.option(
    "--graph",
    "graphs",
    multiple=True,
    required=True,
    help="A graph that it may change, by IRI; with * at the end all that begin so; * for all, "
    "default for the default graph of a store of one's own. Several times.",
)
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The first day on which it does not work any more, UTC.",
)
@click.pass_obj
def create_command(
    options: _Options, name: str, graphs: tuple[str, ...], expires: datetime | None
) -> None:
    """Make a token called NAME and print its secret, which is shown this once."""
    until = None if expires is None else expires.replace(tzinfo=UTC)
    state = options.settings().state
    state.mkdir(parents=True, exist_ok=True)
    secret = Tokens(state).create(name, graphs, until)
    _ERR.print(f"The secret of {name}, which is kept nowhere. Send it as Authorization: Bearer …")
    click.echo(secret)


@token_command.command("list")
@_FORMAT
@click.pass_obj
def list_command(options: _Options, format_: str) -> None:
    """List every token that was ever made, without secrets."""
    tokens = Tokens(options.settings().state).all()
    if format_ == "json":
        shown = [token.model_dump(mode="json", exclude={"digest"}) for token in tokens]
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
        return
    table = Table("name", "made", "until", "state", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("graphs", overflow="fold")
    for token in tokens:
        until = "" if token.expires is None else f"{token.expires:%Y-%m-%d}"
        made = f"{token.created:%Y-%m-%d}"
        table.add_row(token.name, made, until, _state(token), "\n".join(token.graphs))
    _OUT.print(table)


@token_command.command("revoke")
@click.argument("name")
@click.pass_obj
def revoke_command(options: _Options, name: str) -> None:
    """Make the token called NAME useless at once, for running servers too."""
    Tokens(options.settings().state).revoke(name)
    _ERR.print(f"{name} does not work any more.")


@click.command("writes")
@click.option("--last", type=click.IntRange(1), help="Only so many, the latest.")
@_FORMAT
@click.pass_obj
def writes_command(options: _Options, last: int | None, format_: str) -> None:
    """List what was written from outside: when, by which token, to which graphs, how much."""
    records = Log(Snapshots(_store(options.settings()))).records()[-(last or 0) :]
    if format_ == "json":
        shown = [record.model_dump(mode="json") for record in records]
        click.echo(json.dumps(shown, indent=1, ensure_ascii=False))
        return
    table = Table("write", "when", "who", "what", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("graphs", overflow="fold")
    for record in records:
        what = f"undo of {record.undoes}" if record.undoes else record.kind
        when = f"{record.when:%Y-%m-%d %H:%M:%S}"
        table.add_row(record.id, when, record.who, what, _counts(record.graphs))
    _OUT.print(table)


@click.command("undo")
@click.pass_obj
def undo_command(options: _Options) -> None:
    """Take back the last write; again, the one before it.

    Its graphs get what they held before it, checked like any write. Works as long as the
    snapshot before the write is kept, beside a running server too.
    """
    settings = options.settings()
    gate = Gate(settings.write_gate, merged=not settings.own_store)
    with Writer(_store(settings), "trygghetsgraf undo") as writer:
        record = undo(writer, gate, "trygghetsgraf undo")
    _ERR.print(f"Write {record.undoes} is taken back; snapshot {record.snapshot} serves.")
    _OUT.print(_counts(record.graphs))


@click.command("restore")
@click.argument("source")
@click.pass_obj
def restore_command(options: _Options, source: str) -> None:
    """Publish an earlier snapshot or a dump again; SOURCE is a number or a file of N-Quads.

    Nothing is lost: what served before is kept as a snapshot, and a dump that cannot be read
    changes nothing. Works on a damaged store and beside a running server.
    """
    settings = options.settings()
    with Writer(_store(settings), "trygghetsgraf restore") as writer:
        store = EmbeddedStore(writer, merged=not settings.own_store)
        if source.isascii() and source.isdigit():
            number = store.restore_snapshot(int(source))
        else:
            number = store.restore_dump(Path(source))
    _ERR.print(f"Restored {source}; snapshot {number} serves.")


def _store(settings: Settings) -> Path:
    """The folder of the snapshots that a server with these settings writes."""
    return settings.state / "own" if settings.own_store else settings.state


def _state(token: Token) -> str:
    if token.revoked is not None:
        return f"revoked {token.revoked:%Y-%m-%d}"
    return "works" if token.works(datetime.now(UTC)) else "expired"


def _counts(graphs: Mapping[str, Count] | None) -> str:
    if graphs is None:
        return "any"
    return "\n".join(
        f"+{_number(count.added)} −{_number(count.removed)} {name or 'default graph'}"
        for name, count in graphs.items()
    )


def _number(count: int | None) -> str:
    return "?" if count is None else str(count)
