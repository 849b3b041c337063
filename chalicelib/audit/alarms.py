"""What stops the sequencer."""

from __future__ import annotations


class ForkError(Exception):
    """The stores contradict what was published or witnessed. Nothing is signed any more; a person must look.

    The text names objects, sizes and years, no content.
    """


class LostRaceError(Exception):
    """Another sequencer was faster. Harmless: the run is made again."""
