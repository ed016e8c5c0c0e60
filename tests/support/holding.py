"""A holder in the small world of :mod:`tests.support.issuing`: a wallet, its key, and what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from openler.actions.holding import hold
from openler.actions.holding.session import unlock
from openler.actions.holding.share import ShareLink, share
from openler.actions.ports import Ports
from openler.actions.private_ports import HolderKey
from openler.holding.experience import Experience, Skill
from openler.holding.record import Record
from tests.support.issuing import World, a_row, world

PASSPHRASE = "correct horse battery staple"
FORKLIFT = Experience("Forklift driver", "Acme Warehouses", "2019", "2021-04", "I moved pallets.", (Skill("Forklift"),))


@dataclass
class Holder:
    """A holder and her key."""

    world: World
    handle: str
    key: HolderKey

    @property
    def ports(self) -> Ports:
        return self.world.ports

    def earns(self, number: int = 2, **cells: str) -> Record:
        """The college issues her something, and she takes it in."""
        report = self.world.issue(a_row(number, holder=self.handle, **cells))
        assert not report.refused, report.refused
        (taken,) = hold.take_in(self.ports, self.key)
        return taken

    def shares(self, *records: Record, days: float = 7, code: bool = False, purpose: str = "An application for a job") -> ShareLink:
        """A link to some of her records."""
        return share(
            self.ports,
            self.key,
            [one.record_id for one in records],
            purpose=purpose,
            audience="Acme Warehouses",
            expires=self.in_(days),
            with_code=code,
            actor="test",
        )

    def in_(self, days: float) -> datetime:
        return self.world.clock.now() + timedelta(days=days)


def token_of(link: ShareLink) -> str:
    """The secret in a link."""
    return link.url.rsplit("/", 1)[1]


def holder(handle: str = "ana", *, of: World | None = None) -> Holder:
    """Somebody with a new wallet."""
    w = of or world()
    hold.create_wallet(w.ports, handle, PASSPHRASE, actor="test")
    return Holder(w, handle, unlock(w.ports, handle, PASSPHRASE, actor="test"))
