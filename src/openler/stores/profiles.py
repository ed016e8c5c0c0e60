"""An operator's own profiles: YAML files beside the data, by which descriptions are scored over HTTP too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from openler.ctdl.profile import MAX_PROFILE_BYTES, Profile, bundled, parse
from openler.errors import Conflict, OpenlerError, declare

NAME_TAKEN = declare("stores.profile_name_taken", by=__name__)

FOLDER: Final = "profiles"


def read(data: Path) -> Mapping[str, Profile]:
    """The profiles in the data directory's folder ``profiles``, by the name each states; none where there is no folder.

    :raises Conflict: ``stores.profile_name_taken``, by one that comes with openler or by another file
    :raises Malformed: as :func:`openler.ctdl.profile.parse`, with the file as the place
    """
    found: dict[str, Profile] = {}
    taken = set(bundled())
    folder = data / FOLDER
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
        with path.open("rb") as file:
            content = file.read(MAX_PROFILE_BYTES + 1)
        try:
            profile = parse(content)
        except OpenlerError as error:
            where = f"{path}: {error.place}" if error.place else str(path)
            raise type(error)(error.code, place=where, **error.parameters) from error
        if profile.name in taken:
            raise Conflict(NAME_TAKEN, place=str(path), name=profile.name)
        taken.add(profile.name)
        found[profile.name] = profile
    return MappingProxyType(found)
