"""What the command line prints for people: tables and descriptions."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyoxigraph as ox
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from trygghetsgraf.description import Description, Fact
from trygghetsgraf.statistics import DocumentStatistics

OUT = Console(highlight=False, soft_wrap=True)
ERR = Console(stderr=True, highlight=False, soft_wrap=True)


def print_table(result: Any) -> None:
    """Solutions as a table, a truth value as a word."""
    if isinstance(result, ox.QueryBoolean):
        OUT.print("yes" if result else "no")
        return
    names = [variable.value for variable in result.variables]
    table = Table(*names, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    count = 0
    for solution in result:
        table.add_row(*("" if solution[n] is None else solution[n].value for n in names))
        count += 1
    Console(highlight=False, markup=False).print(table)
    ERR.print(f"{count} solutions")


def print_figures(figures: list[DocumentStatistics]) -> None:
    """The figures of documents, numbered, with their sums."""
    for number, f in enumerate(figures, start=1):
        OUT.print(f"{number}  {f.work}", markup=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for heading in ("", "words", "quoted", "claims", "statements", "asserted", "said"):
        table.add_column(heading, justify="right")
    table.add_column("violations", justify="right")
    table.add_column("warnings", justify="right")
    rows = [
        (f.words, f.claims, f.statements, f.asserted, f.said, f.violations, f.warnings)
        for f in figures
    ]
    for number, (row, f) in enumerate(zip(rows, figures, strict=True), start=1):
        table.add_row(str(number), str(row[0]), f"{f.coverage:.1%}", *map(str, row[1:]))
    sums = [sum(column) for column in zip(*rows, strict=True)]
    quoted = sum(f.coverage * f.words for f in figures) / max(1, sums[0])
    table.add_section()
    table.add_row("all", str(sums[0]), f"{quoted:.1%}", *map(str, sums[1:]))
    OUT.print(table)
    OUT.print(_cross_table("Claims by force", [f.claims_by_force for f in figures]))
    by_class = [f.claims_by_class for f in figures]
    OUT.print(_cross_table("Claims by class of what they are about", by_class))


def print_unquoted(figures: list[DocumentStatistics]) -> None:
    """The sentences that no claim quotes, with the reason that the reader gave."""
    for document in figures:
        if document.unquoted:
            OUT.print(f"\n{document.work}: sentences without a claim", style="bold")
        for item in document.unquoted:
            reason = item.reason or "NO REASON GIVEN"
            OUT.print(f"  line {item.line}: {item.sentence}  [{reason}]", markup=False)


def _cross_table(title: str, counts: list[dict[str, int]]) -> Table:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    table = Table("", title=title, box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for number in range(1, len(counts) + 1):
        table.add_column(str(number), justify="right")
    table.add_column("all", justify="right")
    for name, sum_ in total.most_common():
        table.add_row(name, *(str(count.get(name, 0)) for count in counts), str(sum_))
    return table


def print_description(description: Description) -> None:
    """What is said of a thing; what is only said stands in parentheses."""
    OUT.print(description.label, style="bold", markup=False)
    OUT.print(description.iri, style="dim", markup=False)
    if description.classes:
        OUT.print(", ".join(c.label for c in description.classes), markup=False)
    if description.aliases:
        OUT.print("= " + ", ".join(description.aliases), markup=False)
    for fact in description.facts:
        _print_fact(f"{fact.predicate.label}: {fact.object.label}", fact)
    if description.mentions:
        OUT.print("\n←", style="bold")
    for fact in description.mentions:
        _print_fact(f"{fact.subject.label} · {fact.predicate.label}", fact)


def _print_fact(line: str, fact: Fact) -> None:
    OUT.print()
    OUT.print(line if fact.plain else f"({line})", markup=False)
    for claim in fact.claims:
        OUT.print(f"    ”{claim.quote}”", markup=False, style="italic")
        who = " och ".join(s.label for s in claim.speakers)
        if claim.relayers:
            who += " ← " + ", ".join(r.label for r in claim.relayers)
        OUT.print(
            f"    {who} · {', '.join(claim.marks)} · {claim.document.label}, {claim.date}",
            markup=False,
            style="dim",
        )
