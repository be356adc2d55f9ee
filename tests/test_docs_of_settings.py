"""Settings that the documents name exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from trygghetsgraf.settings import Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
FILES = [DOCS / "endpoint.md", *sorted((DOCS / "deploy").iterdir())]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_settings_that_are_named_exist(file: Path) -> None:
    named = set(re.findall(r"TRYGGHETSGRAF_([A-Z_]+)", file.read_text(encoding="utf-8")))
    assert named
    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_every_setting_of_the_server_is_explained() -> None:
    text = (DOCS / "endpoint.md").read_text(encoding="utf-8").lower()
    apart = {"project", "state", "host", "port", "public_base", "workers"}
    apart |= {"operator", "operator_name"}
    apart |= {"remote_user", "remote_secret", "remote_digest", "remote_update_url"}
    missing = {
        name
        for name in set(Settings.model_fields) - apart
        if not re.search(rf"(trygghetsgraf_|`|…_){name.removeprefix('remote_')}", text)
        and not re.search(rf"(trygghetsgraf_|`|…_){name}", text)
    }
    assert missing == set()
