"""The remote switch of a meter: a port, and a simulator of it for samples and tests.

The simulator closes every switch at once but those of meters whose number ends in 13, which do not answer, so that the
way by a crew can be seen.
"""

from __future__ import annotations

from typing import Protocol

from kernel.errors import Unavailable


class Switch(Protocol):
    async def close(self, meter_no: str) -> None:
        """Let power through. Raises Unavailable: the meter does not answer."""
        ...

    async def open(self, meter_no: str) -> None:
        """Cut power. Raises Unavailable."""
        ...


class SimulatedSwitch:
    async def close(self, meter_no: str) -> None:
        self._answer(meter_no)

    async def open(self, meter_no: str) -> None:
        self._answer(meter_no)

    @staticmethod
    def _answer(meter_no: str) -> None:
        if meter_no.endswith("13"):
            raise Unavailable("the meter does not answer", code="meter_silent")


def switch() -> Switch:
    """The one there is; a utility puts its head-end system here."""
    return SimulatedSwitch()
