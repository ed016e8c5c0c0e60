"""What a worker does with a task: claim the chunk, do it, keep the result; an error comes back as data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from types import MappingProxyType
from typing import Any

from openler.actions.issuing import issue_job
from openler.actions.job_ports import LEASE_LOST, Claim, Failure, JobAction, Task, Worked
from openler.actions.ports import Ports
from openler.actions.verifying import verify_job
from openler.errors import Code, Internal, OpenlerError

Memory = MutableMapping[str, Any]
"""What a worker remembers from one task to the next: descriptions that were looked up."""

Chunk = Callable[[Ports, Task, Claim, Memory], None]

ACTIONS: Mapping[JobAction, Chunk] = MappingProxyType({"issue": issue_job.chunk, "verify": verify_job.chunk})
"""What may be done in chunks, by name: a task names what it wants, and can want nothing else."""


def perform(ports: Ports, task: Task, memory: Memory) -> Worked:
    """Do a task, or say why not. What is not ours to tell (a fault of our own) is raised."""
    count = len(task.items)
    try:
        claim = ports.jobs.claim(task.job_id, task.number, owner=task.owner, at=ports.clock.now())
        if claim.state == "mine":
            ACTIONS[task.action](ports, task, claim, memory)
        return Worked(task.number, count, "taken" if claim.state == "taken" else "done")
    except OpenlerError as error:
        if error.code == LEASE_LOST:
            return Worked(task.number, count, "taken")
        return Worked(task.number, count, "failed", _told(error))


def restored(failure: Failure) -> OpenlerError:
    """The error that a worker met."""
    kind = next((each for each in OpenlerError.__subclasses__() if each.__name__ == failure.kind), Internal)
    return kind(Code(failure.code), place=failure.place, **failure.parameters)


def _told(error: OpenlerError) -> Failure:
    kinds = [each.__name__ for each in type(error).__mro__ if OpenlerError in each.__bases__]
    parameters = {name: value if isinstance(value, int | float) else str(value) for name, value in error.parameters.items()}
    return Failure(kinds[0] if kinds else Internal.__name__, error.code, error.place, parameters)
