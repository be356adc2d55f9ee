"""The one place that reads settings.

Every setting is a field below: its name, default and help. A value comes from the
environment variable ``TRYGGHETSGRAF_<NAME>`` or from the command line, which passes it
to :class:`Settings`. No other module looks at the environment, save ``SOURCE_DATE_EPOCH``
(https://reproducible-builds.org/specs/source-date-epoch/), which is read here too.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from trygghetsgraf.errors import SettingsError

#: the checkout that this package lies in: server/trygghetsgraf/settings.py → two up
_CHECKOUT = Path(__file__).resolve().parents[2]


class Settings(BaseSettings):
    """All settings, read once by whoever starts the program and passed on as an argument."""

    model_config = SettingsConfigDict(
        env_prefix="TRYGGHETSGRAF_", extra="forbid", frozen=True, validate_default=True
    )

    project: Path = Field(
        _CHECKOUT, description="Folder that holds ontology/, shapes/, data/ and queries/."
    )
    state: Path = Field(
        _CHECKOUT / "var", description="Folder for what is made: cache, releases, snapshots."
    )
    host: str = Field("127.0.0.1", description="Address that the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port; 0 lets the system choose one.")
    public_base: str = Field(
        "",
        description="URL under which people reach the server, without a trailing slash; "
        "empty means http://host:port.",
    )
    workers: int = Field(
        0,
        ge=0,
        le=64,
        description="Processes that answer requests; 0 means one for every two processors.",
    )
    operator: str = Field(
        "",
        pattern=r"^([^@\s]+@[^@\s]+)?$",
        description="E-mail address for reports of errors and about personal data, shown on pages.",
    )
    operator_name: str = Field(
        "Trygghetsgrafen",
        min_length=1,
        description="Who runs the server and answers for the graph, shown on pages and in the "
        "catalogue.",
    )
    trusted_proxies: tuple[str, ...] = Field(
        (),
        description="Addresses or networks of reverse proxies whose X-Forwarded-For is believed, "
        'as JSON: ["10.0.0.1", "10.1.0.0/16"].',
    )
    query_seconds: float = Field(30, gt=0, description="Longest that a query may run.")
    queue_seconds: float = Field(10, ge=0, description="Longest that a query may wait its turn.")
    query_memory: int = Field(1 << 30, ge=1 << 24, description="Bytes of memory for one query.")
    result_bytes: int = Field(1 << 30, ge=1 << 10, description="Bytes of one result.")
    result_rows: int = Field(
        5_000_000, ge=1, description="Rows of one result, or triples if it is a graph."
    )
    client_budget: float = Field(
        120, gt=0, description="Seconds of long queries that one client may have saved up."
    )

    max_body: int = Field(1 << 20, ge=1 << 10, description="Bytes of a request's body.")
    max_upload: int = Field(
        16 << 20, ge=1 << 10, description="Bytes of a body from somebody who may change the store."
    )
    write_gate: Literal["claims", "shapes", "off"] = Field(
        "claims",
        description="What a written graph must conform to before it is published: claims (the "
        "shapes, and every fact has a claim), shapes, or off for a store that is not ours.",
    )
    own_store: bool = Field(
        False,
        description="Serve a store of your own, empty at first and kept in the folder own/ of "
        "the state, without our graphs and shapes.",
    )
    write_from_loopback: bool = Field(
        False,
        description="Let programs on the same machine change a store of your own without a token.",
    )
    services: tuple[str, ...] = Field(
        (),
        description="IRIs that SERVICE may name in queries, as JSON; each is asked at that URL.",
    )
    private_services: bool = Field(
        False, description="Let those services have addresses in private networks."
    )
    remote_query_url: str = Field(
        "", description="Query URL of a SPARQL service that holds the data, instead of the state."
    )
    remote_update_url: str = Field("", description="Its update URL, if that is another.")
    remote_user: str = Field("", description="Who we are to it; empty if the secret is a token.")
    remote_secret: SecretStr = Field(
        SecretStr(""), description="The password or token that it asks for."
    )
    remote_digest: bool = Field(
        False, description="Whether the password is proved by digest (Virtuoso's /sparql-auth)."
    )
    remote_default_graph: str = Field(
        "",
        description="IRI of its graph that holds the merge, if it has no default graph of its own.",
    )
    log_queries: bool = Field(
        True, description="Write a line of JSON for each query to standard error."
    )

    @property
    def build_time(self) -> datetime:
        """The build's own time in UTC: SOURCE_DATE_EPOCH (seconds) if set, else now."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        if epoch is None:
            return datetime.now(UTC).replace(microsecond=0)
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise SettingsError(
                "Reading SOURCE_DATE_EPOCH",
                f"{epoch!r} is not a number of seconds since 1970.",
                "Unset it or give whole seconds.",
            ) from error


def load_settings(**overrides: object) -> Settings:
    """Settings from environment and overrides (``None`` means not given).

    Raises SettingsError that names the setting, the value and what it takes.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        raise SettingsError(
            f"Reading the setting {name!r}",
            f"{problem.get('input')!r}: {problem['msg']}.",
            "Correct the option or the variable TRYGGHETSGRAF_" + name.upper() + ".",
        ) from error


def child_environment(source: Path) -> dict[str, str]:
    """The environment for a child process that is to import this package from ``source``.

    Ours, less the variable by which the web server would take options behind our back.
    """
    path = os.pathsep.join(filter(None, (str(source), os.environ.get("PYTHONPATH"))))
    kept = {name: value for name, value in os.environ.items() if name != "GUNICORN_CMD_ARGS"}
    return {**kept, "PYTHONPATH": path}
