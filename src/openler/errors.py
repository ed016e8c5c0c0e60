"""Every way openler can fail, and the registry of its stable codes.

    OpenlerError
     +- Malformed        the input is not what it claims to be
     +- Misused          the caller asked for something that cannot be: wrong option, missing file
     +- NotFound         a well-formed name that names nothing here
     +- Unauthenticated  no token, session or share was shown, or it is no longer good
     +- Refused          known to us, but not permitted
     +- Conflict         somebody else was first: a precondition, a lock, a reserved identifier
     +- TooLarge         over a named limit; the size seen and the limit are parameters
     +- RateLimited      too often
     +- Unavailable      a store or the network did not answer
     +- Internal         our fault

An error carries a stable *code*, its *parameters* and the *place* in the input. The sentences live in
:mod:`openler.messages`; what a code means for a face (an exit code, an HTTP status) is told by the class alone,
so that no room below the faces knows of either.
"""

from __future__ import annotations

from typing import NewType

Code = NewType("Code", str)

_declared: dict[Code, str] = {}


def declare(code: str, *, by: str) -> Code:
    """Register a stable code and return it.

    ``code`` is ``room.what_is_wrong`` in lower case; ``by`` is the declaring module's ``__name__``. Declaring one
    code from two modules is a programming error, because a code must have one owner and one meaning.
    """
    key = Code(code)
    owner = _declared.setdefault(key, by)
    if owner != by:
        message = f"code {code} is declared by both {owner} and {by}"
        raise RuntimeError(message)
    return key


def declared() -> dict[Code, str]:
    """All codes declared by the modules imported so far, with the module that owns each."""
    return dict(_declared)


class OpenlerError(Exception):
    """A failure with a stable code.

    ``place`` says where: a JSON Pointer (RFC 6901) into a document, ``row 12`` of a table, an option's name.
    ``parameters`` fill the code's sentence and must hold no secret. ``detail`` is for whoever runs the service: what a
    driver said, where a file lies. It goes to the terminal or the log, never over HTTP, and holds no secret either.
    """

    def __init__(self, code: Code, *, place: str | None = None, detail: object = None, **parameters: object) -> None:
        self.code = code
        self.place = place
        self.detail = None if detail is None else str(detail)
        self.parameters = parameters
        super().__init__(code, place, parameters)

    def __str__(self) -> str:
        where = f" at {self.place}" if self.place else ""
        told = ", ".join(f"{name}={value!r}" for name, value in self.parameters.items())
        return f"{self.code}{where}" + (f" ({told})" if told else "")


class Malformed(OpenlerError):
    """The input is not what it claims to be."""


class Misused(OpenlerError):
    """The caller asked for something that cannot be."""


class NotFound(OpenlerError):
    """A well-formed name that names nothing here."""


class Unauthenticated(OpenlerError):
    """No token, session or share was shown, or it is no longer good."""


class Refused(OpenlerError):
    """The caller is known but not permitted."""


class Conflict(OpenlerError):
    """Somebody else was first."""


class TooLarge(OpenlerError):
    """The input exceeds a named limit."""


class RateLimited(OpenlerError):
    """Too many requests in too short a time."""


class Unavailable(OpenlerError):
    """A store or the network did not answer."""


class Internal(OpenlerError):
    """A fault of openler itself."""
