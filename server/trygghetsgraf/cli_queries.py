"""The commands for saved queries: ``queries`` lists them, ``run NAME`` runs one.

Each query is a command of its own under ``run``, so that its options, its help and what the
shell completes come from its header.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, cast

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class
from rich.console import Console
from rich.table import Table

from trygghetsgraf.errors import TrygghetsgrafError
from trygghetsgraf.saved.catalogue import Catalogue, SavedQuery, load_catalogue
from trygghetsgraf.saved.documentation import pages
from trygghetsgraf.saved.evaluation import Evaluator, LocalEvaluator, RemoteEvaluator
from trygghetsgraf.saved.header import Type
from trygghetsgraf.saved.running import Page, Result, Runner
from trygghetsgraf.saved.writing import BY_NAME, NOTHING, formats_of, plain
from trygghetsgraf.settings import Settings, load_settings
from trygghetsgraf.store.snapshots import Snapshots

_OUT = Console(highlight=False, markup=False)
_ERR = Console(stderr=True, highlight=False, markup=False)
_BOM = b"\xef\xbb\xbf"
#: what bash does not take for part of a word
_TAKEN_APART = re.compile(r"[^\w/.,:=@%+-]")


class _Options(Protocol):
    """What the main command leaves for its subcommands."""

    def settings(self) -> Settings: ...


@click.command("queries")
@click.argument("words", nargs=-1)
@click.option("--tag", default="", help="Only those with this tag.")
@click.option("--language", type=click.Choice(["sv", "en"]), default="sv")
@click.option(
    "--write", type=click.Path(path_type=Path), help="Write their documentation to this folder."
)
@click.pass_context
def queries_command(
    ctx: click.Context, words: tuple[str, ...], tag: str, language: str, write: Path | None
) -> None:
    """List the saved queries; WORDS must be in the name, title, description or tags."""
    if write is not None:
        _write_documentation(_catalogue(ctx), write)
        return
    found = _catalogue(ctx).find(" ".join(words), tag)
    if not _OUT.is_terminal:
        for query in found:
            click.echo(f"{query.name}\t{query.header.title.in_language(language)}")
        return
    table = Table("name", "title", "tags", box=None)
    for query in found:
        title = query.header.title.in_language(language)
        table.add_row(query.name, title, ", ".join(query.header.tags))
    _OUT.print(table)


def _write_documentation(catalogue: Catalogue, folder: Path) -> None:
    """Write a list and a page for each query; pages of queries that are gone go."""
    (folder / "queries").mkdir(parents=True, exist_ok=True)
    written = pages(catalogue)
    for old in (folder / "queries").glob("*.md"):
        if f"queries/{old.name}" not in written:
            old.unlink()
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")


@add_completion_class
class _Bash(BashComplete):
    """bash types a completion as it is: what a shell takes apart needs a backslash.

    Two of them, since the ``read`` of click's script takes one away.
    """

    def format_completion(self, item: CompletionItem) -> str:
        value = _TAKEN_APART.sub(lambda found: r"\\" + found[0], str(item.value))
        return f"{item.type},{value}"


class _Run(click.Group):
    """A group with a command for each saved query."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_catalogue(ctx))

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        return _command(_catalogue(ctx).named(name))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        try:
            return super().shell_complete(ctx, incomplete)
        except TrygghetsgrafError:
            return []  # completing is no occasion to complain


@click.group("run", cls=_Run)
@click.option("--url", help="Ask the SPARQL endpoint at this URL, not the graph here.")
def run_command(url: str | None) -> None:
    """Run a saved query: run NAME --PARAMETER VALUE.

    Tables for people at a terminal, CSV in a pipe.
    """


def _command(query: SavedQuery) -> click.Command:
    """The command of one query."""
    header = query.header
    options: list[click.Parameter] = [
        click.Option(
            [f"--{name}"],
            required=header.is_required(name),
            default=header.default.get(name),
            show_default=name in header.default,
            help=about.en,
            shell_complete=_values if about.type is Type.IRI else None,
            type=click.Choice(header.allowed[name]) if name in header.allowed else str,
        )
        for name, about in header.parameters.items()
    ]
    names = [format_.name for format_ in formats_of(query)]
    options += [
        click.Option(["--format", "format_"], type=click.Choice(["table", *names])),
        click.Option(["--limit"], type=click.IntRange(1), help="At most so many rows."),
        click.Option(["--offset"], type=click.IntRange(0), default=0, help="Rows to leave out."),
        click.Option(["--bom"], is_flag=True, help="A byte order mark before CSV, for Excel."),
        click.Option(["--output"], type=click.Path(path_type=Path), help="File to write."),
    ]
    columns = "\n".join(f"{name}: {column.en}" for name, column in header.columns.items())
    text = f"{header.title.en}\n\n{header.description.en}"
    return click.Command(
        query.name,
        callback=_run,
        params=options,
        help=text + (f"\n\n\b\nColumns:\n{columns}" if columns else ""),
        short_help=header.title.en,
    )


@click.pass_context
def _run(
    ctx: click.Context,
    /,
    format_: str | None,
    limit: int | None,
    offset: int,
    bom: bool,
    output: Path | None,
    **values: str | None,
) -> None:
    name = ctx.info_name or ""
    given = {parameter: value for parameter, value in values.items() if value is not None}
    with _runner(ctx) as runner:
        result = runner.run(runner.prepare(name, given, Page(limit, offset)))
    offered = formats_of(result.call.query)
    for_people = offered[0].tabular and output is None and _OUT.is_terminal
    if format_ == "table" or (format_ is None and for_people):
        _print_table(result)
        return
    default = "csv" if offered[0].tabular else offered[0].name
    if format_ is None and output is not None:
        endings = {f".{f.ending}": f.name for f in offered}
        default = endings.get(output.suffix, default)
    chosen = BY_NAME[format_ or default]
    written = (_BOM if bom and chosen.name in ("csv", "tsv") else b"") + chosen.write(result)
    if output is not None:
        _write(output, written)
    else:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    if offered[0].tabular and not result.rows:
        _ERR.print(f"No rows: {NOTHING['en']}.")
    if result.more:
        _ERR.print(f"There are more rows: --offset {offset + (limit or 0)}")


def _write(output: Path, written: bytes) -> None:
    try:
        output.write_bytes(written)
    except OSError as error:
        raise TrygghetsgrafError(
            f"Writing {output}", f"{error.strerror}.", "Choose another file."
        ) from error


def _print_table(result: Result) -> None:
    header = result.call.query.header
    _OUT.print(header.title.sv, style="bold")
    if not result.rows:
        _OUT.print(f"({NOTHING['sv']})")
        return
    table = Table(*result.columns)
    for row in result.rows:
        table.add_row(*("" if t is None else str(plain(t)) for t in row))
    _OUT.print(table)
    _ERR.print(f"{len(result.rows)} rows" + (" of more" if result.more else ""))


def _values(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """What may be given for a parameter: labels that begin like what is typed."""
    try:
        with _runner(ctx) as runner:
            query = runner.catalogue.named(ctx.info_name or "")
            names = runner.names(query, param.name or "")
    except TrygghetsgrafError:
        return []  # completing is no occasion to complain
    labels = sorted({thing.label("sv") for thing in names.things.values()})
    wanted = incomplete.casefold()
    return [CompletionItem(label) for label in labels if label.casefold().startswith(wanted)]


@contextmanager
def _runner(ctx: click.Context) -> Iterator[Runner]:
    """A runner on the endpoint that ``--url`` names, else on the published graph here."""
    above: dict[str, Any] = ctx.parent.params if ctx.parent else {}
    url = above.get("url")
    if url:
        yield Runner(_catalogue(ctx), RemoteEvaluator(url))
        return
    with Snapshots(_settings(ctx).state).current() as snapshot:
        evaluator: Evaluator = LocalEvaluator(snapshot.open(), str(snapshot.number))
        yield Runner(_catalogue(ctx), evaluator)


def _catalogue(ctx: click.Context) -> Catalogue:
    return load_catalogue(_settings(ctx).project / "queries")


def _settings(ctx: click.Context) -> Settings:
    """The settings; while the shell completes, the main command has not run."""
    options = cast("_Options | None", ctx.find_object(object))
    return load_settings() if options is None else options.settings()
