"""One tree of errors: what each says and how the command line ends on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from trygghetsgraf.errors import (
    InputError,
    InputErrors,
    NonConformance,
    NotFoundError,
    SettingsError,
    StoreError,
    TrygghetsgrafError,
)

PATH = Path("data/facts/svar.yaml")


def test_error_says_what_was_tried_what_was_found_and_what_to_do() -> None:
    error = TrygghetsgrafError("Opening the store", "it is locked.", "Wait for the writer.")
    assert str(error) == "Opening the store: it is locked. Wait for the writer."


@pytest.mark.parametrize(
    ("path", "line", "text"),
    [
        (PATH, 12, "data/facts/svar.yaml:12: Reading x: it is not y. Write y."),
        (PATH, None, "data/facts/svar.yaml: Reading x: it is not y. Write y."),
        (None, None, "Reading x: it is not y. Write y."),
    ],
)
def test_input_error_names_file_and_line(path: Path | None, line: int | None, text: str) -> None:
    error = InputError("Reading x", "it is not y.", "Write y.", path=path, line=line)
    assert str(error) == text


def test_input_errors_are_listed_one_to_a_line() -> None:
    first = InputError("Reading a", "it is b.", "Write c.", path=PATH, line=1)
    second = InputError("Reading d", "it is e.", "Write f.", path=PATH, line=2)
    errors = InputErrors([first, second])
    assert errors.errors == (first, second)
    assert (errors.path, errors.line) == (PATH, 1)
    assert str(errors) == (
        "data/facts/svar.yaml:1: Reading a: it is b. Write c.\n"
        "data/facts/svar.yaml:2: Reading d: it is e. Write f."
    )


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (NonConformance, 1),
        (InputError, 2),
        (NotFoundError, 2),
        (SettingsError, 2),
        (StoreError, 2),
    ],
)
def test_exit_codes(kind: type[TrygghetsgrafError], exit_code: int) -> None:
    assert kind("tried", "found", "do").exit_code == exit_code
