"""The process that answers one SPARQL query and ends: it reads a snapshot, has little memory, no sockets and nobody's secrets.

It is started by :mod:`openler.stores.sparql`, which ends it when its time is over. The question comes as JSON on stdin; the answer
is a line of JSON and then the body, on stdout.
"""

from __future__ import annotations

import ctypes
import json
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

MEMORY = 1024 * 1024 * 1024
"""Bytes that a query may take; a query that sorts or joins everything with everything wants more."""

_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""For each machine how Linux names it to a filter (linux/audit.h), and its system call for making a socket."""
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER, _PARENT_DIED = 38, 22, 2, 1
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13
_ROWS = {
    "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}  # fmt: skip
_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "jsonld": ox.RdfFormat.JSON_LD}


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("program", ctypes.c_void_p))


def confine(seconds: int) -> bool:
    """Take from this process what a query does not need; whether sockets could be taken too (Linux on two kinds of machine)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds + 1, seconds + 1))
    if sys.platform != "linux":
        return False
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    libc = ctypes.CDLL(None)
    libc.prctl(_PARENT_DIED, signal.SIGKILL, 0, 0, 0)
    known = _SOCKET.get(platform.machine())
    if known is None:
        return False
    machine, socket = known
    steps = (
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 3, machine),
        (_LOAD, 0, 0, 0),
        (_EQUAL, 0, 1, socket),
        (_RETURN, 0, 0, _REFUSE),
        (_RETURN, 0, 0, _ALLOW),
    )
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(program, len(program))
    told = _Filter(len(steps), ctypes.cast(kept, ctypes.c_void_p))
    given_up = libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
    return given_up and bool(libc.prctl(_SECCOMP, _FILTER, ctypes.byref(told), 0, 0) == 0)


def answer(asked: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The answer's head and body. A head with ``failed`` has no body."""
    store = ox.Store.read_only(asked["snapshot"])
    graphs: dict[str, Any] = {"use_default_graph_as_union": True}
    if asked["default_graphs"] or asked["named_graphs"]:
        graphs = {
            "default_graph": [ox.NamedNode(one) for one in asked["default_graphs"]],
            "named_graphs": [ox.NamedNode(one) for one in asked["named_graphs"]],
        }
    try:
        found = store.query(asked["query"], base_iri=asked["base"], **graphs)
        if isinstance(found, ox.QueryBoolean):
            body = found.serialize(format=_ROWS[asked["rows"] if asked["rows"] in {"json", "xml"} else "json"])
            return {"kind": "boolean", "rows": 1, "form": asked["rows"] if asked["rows"] in {"json", "xml"} else "json"}, body or b""
        if isinstance(found, ox.QueryTriples):
            triples = list(_up_to(found, asked["most"]))
            if len(triples) > asked["most"]:
                return {"failed": "rows"}, b""
            return {"kind": "graph", "rows": len(triples), "form": asked["graph"]}, _graph(triples, asked)
        rows = list(_up_to(found, asked["most"]))
        if len(rows) > asked["most"]:
            return {"failed": "rows"}, b""
        names = [one.value for one in found.variables]
        return {"kind": "rows", "rows": len(rows), "form": asked["rows"]}, _table(names, rows, asked["rows"])
    except SyntaxError as error:
        return {"failed": "syntax", "said": str(error)}, b""


def _up_to(found: Any, most: int) -> Iterator[Any]:
    for number, one in enumerate(found):
        yield one
        if number >= most:
            return


def _graph(triples: list[Any], asked: dict[str, Any]) -> bytes:
    if asked["graph"] != "ttl":
        return ox.serialize(triples, format=_GRAPHS[asked["graph"]]) or b""
    plain = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    used = {prefix: iri for prefix, iri in asked["prefixes"].items() if f"<{iri}".encode() in plain}
    return ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=used) or b""


def _table(names: list[str], rows: list[Any], form: str) -> bytes:
    bindings = [{name: _term(value) for name, value in zip(names, row, strict=True) if value is not None} for row in rows]
    told = json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}, ensure_ascii=False).encode()
    if form == "json":
        return told
    parsed = ox.parse_query_results(told, format=ox.QueryResultsFormat.JSON)
    return parsed.serialize(format=_ROWS[form]) or b""


def _term(value: Any) -> dict[str, Any]:
    """A term as SPARQL 1.1 Query Results JSON Format has it (section 3.2.2)."""
    if isinstance(value, ox.NamedNode):
        return {"type": "uri", "value": value.value}
    if isinstance(value, ox.BlankNode):
        return {"type": "bnode", "value": value.value}
    if isinstance(value, ox.Literal):
        told = {"type": "literal", "value": value.value}
        if value.language:
            told["xml:lang"] = value.language
        elif value.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
            told["datatype"] = value.datatype.value
        return told
    return {"type": "triple", "value": {part: _term(getattr(value, part)) for part in ("subject", "predicate", "object")}}


def main() -> None:
    """Answer the question on stdin."""
    asked = json.loads(sys.stdin.buffer.read())
    confined = confine(asked["seconds"])
    try:
        head, body = answer(asked)
    except MemoryError:
        head, body = {"failed": "memory"}, b""
    except OSError as error:  # a snapshot that was taken away meanwhile, or a call that is not allowed
        head, body = {"failed": "store", "said": str(error)}, b""
    sys.stdout.buffer.write(json.dumps(head | {"confined": confined}).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
