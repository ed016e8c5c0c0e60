"""The export that publishes elsewhere: requests to the national Registry's publishing API, so that a state publishes once."""

from __future__ import annotations

from datetime import datetime
from typing import BinaryIO

import orjson

from openler.actions.ports import StoredDocument
from openler.ctdl.document import restored
from openler.ctdl.formats.assistant import request
from openler.ids import Ctid


class AssistantWriter:
    """One request a line. ``left`` counts documents of classes that the API has no known request for."""

    tells_deletions = False

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self.left = 0

    def document(self, stored: StoredDocument) -> None:
        """Its request, if it has one."""
        told = request(restored(stored.normalised, stored.digest))
        if told is None:
            self.left += 1
        else:
            self._sink.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))

    def deletion(self, ctid: Ctid, at: datetime) -> None:
        """Nothing."""

    def close(self, head: int) -> None:
        """Nothing."""

    def abandon(self) -> None:
        """Nothing."""
