"""Dumps: quads as files whose bytes depend on the quads alone.

Lines are sorted, blank nodes have the labels of RDFC-1.0 (https://www.w3.org/TR/rdf-canon/),
and the gzip header carries neither name nor time.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.namespaces import PREFIXES


def canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """The quads as a sorted set with canonical blank node labels."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=str)


def nquads(quads: Iterable[ox.Quad]) -> bytes:
    """Quads as N-Quads, in the order given."""
    return "".join(f"{quad} .\n" for quad in quads).encode()


def parse_nquads(data: bytes) -> list[ox.Quad]:
    """The quads of N-Quads that we wrote ourselves, with their blank node labels."""
    return list(ox.parse(data, ox.RdfFormat.N_QUADS, rename_blank_nodes=False))


def trig(quads: Sequence[ox.Quad]) -> bytes:
    """Quads as TriG with our prefixes, grouped by graph and subject."""
    ordered = sorted(quads, key=lambda quad: (str(quad.graph_name), str(quad)))
    with io.BytesIO() as output:
        ox.serialize(ordered, output, ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))
        return output.getvalue()


def write_packed(path: Path, data: bytes) -> str:
    """Write data gzipped; return the SHA-256 of the file."""
    packed = gzip.compress(data, 6, mtime=0)
    path.write_bytes(packed)
    return hashlib.sha256(packed).hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that appears when it is complete."""
    making = path.with_name(f".{path.name}-{os.getpid()}")
    making.write_bytes(data)
    making.replace(path)
