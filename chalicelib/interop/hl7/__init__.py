"""HL7 v2 by hand: the plain splitter takes a thirtieth of the time of the package ``hl7`` and reads the files on which
that one raises (docs/hl7.md, Why an own parser).
"""

from __future__ import annotations

from chalicelib.interop.hl7.messages import Hl7Messages

__all__ = ["Hl7Messages"]
