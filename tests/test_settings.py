"""Settings: from the environment or the command line, refused by name when they make no sense."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from trygghetsgraf.errors import SettingsError
from trygghetsgraf.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TRYGGHETSGRAF_{name.upper()}", raising=False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def test_defaults_are_those_of_the_checkout() -> None:
    settings = load_settings()
    assert (settings.project, settings.state) == (ROOT, ROOT / "var")
    assert (settings.host, settings.port, settings.public_base) == ("127.0.0.1", 8000, "")


def test_command_line_comes_before_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYGGHETSGRAF_PORT", "8100")
    monkeypatch.setenv("TRYGGHETSGRAF_HOST", "::1")
    settings = load_settings(port=8200, host=None)
    assert (settings.port, settings.host) == (8200, "::1")


def test_bad_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRYGGHETSGRAF_PORT", "99999")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert str(caught.value) == (
        "Reading the setting 'port': '99999': Input should be less than or equal to 65535. "
        "Correct the option or the variable TRYGGHETSGRAF_PORT."
    )


def test_unknown_setting_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="Reading the setting 'prot'"):
        load_settings(prot=1)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1


def test_every_setting_has_a_help_text() -> None:
    assert [n for n, field in Settings.model_fields.items() if not field.description] == []


def test_build_time_is_that_of_source_date_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert load_settings().build_time == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_build_time_is_now_in_whole_seconds() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= load_settings().build_time <= datetime.now(UTC)


@pytest.mark.parametrize("epoch", ["yesterday", "", "1e9", "9" * 30])
def test_bad_source_date_epoch_is_refused(monkeypatch: pytest.MonkeyPatch, epoch: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(SettingsError) as caught:
        _ = load_settings().build_time
    assert str(caught.value) == (
        f"Reading SOURCE_DATE_EPOCH: {epoch!r} is not a number of seconds since 1970. "
        "Unset it or give whole seconds."
    )
