"""A SPARQL 1.1 service over HTTP: requests with deadlines and caps, faults in plain words."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from pydantic import SecretStr

from trygghetsgraf.errors import SettingsError, StoreError

#: seconds to reach the service; it may take its time only over the answer
_CONNECT = 5.0
#: of an error page, so much is shown
_SHOWN = 500


class ServiceError(StoreError):
    """Raised when a remote service cannot be reached, refuses, is late or says too much."""

    def __init__(self, tried: str, found: str, do: str, *, status: int) -> None:
        super().__init__(tried, found, do)
        #: what a server that passes the request on should answer: 400, 502, 504 or 507
        self.status = status


@dataclass(frozen=True)
class Credentials:
    """What a service wants to know before it lets us in: a name and a password, or a token."""

    #: a bearer token (RFC 6750) if there is no user
    secret: SecretStr
    user: str = ""
    #: whether the password is proved by digest (RFC 7616), as Virtuoso's /sparql-auth wants it
    digest: bool = False

    def auth(self) -> httpx.Auth:
        """How httpx signs a request with them."""
        if not self.user:
            return _Bearer(self.secret)
        kind = httpx.DigestAuth if self.digest else httpx.BasicAuth
        return kind(self.user, self.secret.get_secret_value())


class _Bearer(httpx.Auth):
    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        yield request


@dataclass(frozen=True)
class Answer:
    """What a service answers to a query, to be read once."""

    #: in lower case and without parameters
    media_type: str
    #: raises ServiceError when the deadline passes, the cap is reached or the service fails
    chunks: Iterator[bytes]


class Service:
    """The query and the update URL of one service (SPARQL 1.1 Protocol, 2).

    Redirects are not followed and proxies of the environment not used: what the settings
    name is what is asked. The credentials go into requests and into nothing else.
    """

    def __init__(
        self,
        query_url: str,
        update_url: str,
        *,
        credentials: Credentials | None = None,
        deadline: float = 60.0,
        max_bytes: int = 2**30,
    ) -> None:
        """``deadline`` in seconds for a whole request, ``max_bytes`` for one answer."""
        for url in (query_url, update_url):
            parts = httpx.URL(url)
            if parts.userinfo or parts.scheme not in {"http", "https"} or not parts.host:
                raise SettingsError(
                    "Reading the URL of the remote store",
                    "it is not an http or https URL, or it holds a name and a password.",
                    "Give the URL alone; name and password have settings of their own.",
                )
        self._query_url = query_url
        self._update_url = update_url
        self._deadline = deadline
        self._max_bytes = max_bytes
        self._client = httpx.Client(
            auth=credentials.auth() if credentials else None,
            follow_redirects=False,
            trust_env=False,
        )

    @contextmanager
    def query(
        self,
        sparql: str,
        accept: str,
        *,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        deadline: float | None = None,
        max_bytes: int | None = None,
    ) -> Iterator[Answer]:
        """The answer to a query in one of the media types that ``accept`` names.

        Leaving the context gives up the request. Raises ServiceError.
        """
        form = {
            "query": sparql,
            "default-graph-uri": list(default_graphs),
            "named-graph-uri": list(named_graphs),
        }
        request = self._client.build_request(
            "POST", self._query_url, data=form, headers={"Accept": accept}
        )
        with self._sent(request, deadline, max_bytes) as answer:
            yield answer

    def update(self, sparql: str, *, deadline: float | None = None) -> None:
        """Carry out an update request; raises ServiceError."""
        request = self._client.build_request(
            "POST",
            self._update_url,
            content=sparql.encode(),
            headers={"Content-Type": "application/sparql-update"},
        )
        with self._sent(request, deadline, None) as answer:
            for _ in answer.chunks:
                pass

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextmanager
    def _sent(
        self, request: httpx.Request, deadline: float | None, max_bytes: int | None
    ) -> Iterator[Answer]:
        seconds = self._deadline if deadline is None else deadline
        until = time.monotonic() + seconds
        tried = f"Asking {request.url}"
        timeout = httpx.Timeout(seconds, connect=min(_CONNECT, seconds))
        request.extensions["timeout"] = timeout.as_dict()
        with _plainly(tried, seconds):
            response = self._client.send(request, stream=True)
            try:
                _refuse_errors(tried, response)
                media_type = response.headers.get("Content-Type", "").partition(";")[0]
                media_type = media_type.strip().lower()
                cap = self._max_bytes if max_bytes is None else max_bytes
                yield Answer(media_type, _chunks(tried, response, until, seconds, cap))
            finally:
                response.close()


def _chunks(
    tried: str, response: httpx.Response, until: float, seconds: float, cap: int
) -> Iterator[bytes]:
    size = 0
    with _plainly(tried, seconds):
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > cap:
                raise ServiceError(
                    tried,
                    f"the answer is longer than {cap} bytes.",
                    "Ask for less, or raise the cap.",
                    status=507,
                )
            if time.monotonic() > until:
                raise _late(tried, seconds)
            yield chunk


def _refuse_errors(tried: str, response: httpx.Response) -> None:
    if response.is_success:
        return
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) >= _SHOWN:
            break
    text = " ".join(body[:_SHOWN].decode(errors="replace").split())
    code = response.status_code
    raise ServiceError(
        tried,
        f"it answered {code} {response.reason_phrase}" + (f": “{text}”." if text else "."),
        "Check URL, rights and credentials of the remote store."
        if code in {401, 403, 404} or response.has_redirect_location
        else "Correct the request, or look into the log of the service.",
        status=400 if code == httpx.codes.BAD_REQUEST else 502,
    )


@contextmanager
def _plainly(tried: str, seconds: float) -> Iterator[None]:
    """Faults of the connection in our own words."""
    try:
        yield
    except httpx.ReadTimeout as error:
        raise _late(tried, seconds) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise ServiceError(
            tried,
            f"the connection failed: {str(error).rstrip('.') or type(error).__name__}.",
            "Check that the service runs and can be reached from here.",
            status=502,
        ) from error


def _late(tried: str, seconds: float) -> ServiceError:
    return ServiceError(
        tried,
        f"it did not answer in full within {seconds:g} s.",
        "Ask for less, or give it more time.",
        status=504,
    )
