"""Whether a text is a unit of UCUM, case sensitive form (Unified Code for Units of Measure, version 2.1, section 2).

The grammar is whole: prefixes, exponents, factors, brackets, annotations. Of the atoms those of medicine and its
physics are here, customary units of trade and history are not: an exotic unit counts as unknown and is asked about.
"""

from __future__ import annotations

import re

PREFIXES = ("da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y")
_METRIC = """
    m s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv L l ar t bar u eV kat U [iU] [IU] eq
    osm cal m[Hg] m[H2O] B Np Ci R REM RAD dyn erg
"""
METRIC = frozenset(_METRIC.split())
"""Atoms that take a prefix (UCUM, table of units, column "metric")."""
_PLAIN = """
    10* 10^ % [ppth] [ppm] [ppb] [pptr] deg ' '' gon min h d wk mo mo_j a a_j g% [pH] [degF] [in_i] [ft_i] [yd_i]
    [lb_av] [oz_av] [foz_us] [drp] [CFU] [PFU] [TCID_50] [CCID_50] [FFU] [LPF] [HPF] [diop] [MET] [Cal] [arb'U]
    [USP'U] [todd'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [EID_50] [ELU] [EU] [Lf] [BAU] [AU]
"""
PLAIN = frozenset(_PLAIN.split())
"""Atoms without a prefix."""
LONGEST = 80
_DEEPEST = 4
_ANNOTATION = re.compile(r"\{[\x21-\x7a|~ ]*\}")
_FACTOR = re.compile(r"[1-9][0-9]*")
_ATOM = re.compile(r"10[*^]|(?:[A-Za-z%'_]|\[[A-Za-z0-9_'/]+\])+")
_EXPONENT = re.compile(r"[+-]?[1-9][0-9]?")


def is_unit(text: str) -> bool:
    """Whether ``text`` is a term of UCUM made of known atoms: ``mmol/L``, ``10*9/L``, ``{INR}``, ``/min``."""
    if not 0 < len(text) <= LONGEST:
        return False
    end = _term(text, 0, 0)
    return end == len(text)


def _term(text: str, at: int, depth: int) -> int:
    """End of the term that begins at ``at``, or -1."""
    at += text.startswith("/", at)
    at = _component(text, at, depth)
    while 0 <= at < len(text) and text[at] in "./":
        at = _component(text, at + 1, depth)
    return at


def _component(text: str, at: int, depth: int) -> int:
    if text.startswith("(", at):
        end = _term(text, at + 1, depth + 1) if depth < _DEEPEST else -1
        return end + 1 if end >= 0 and text.startswith(")", end) else -1
    if annotation := _ANNOTATION.match(text, at):
        return annotation.end()
    end = _unit(text, at)
    annotation = _ANNOTATION.match(text, end) if end >= 0 else None
    return annotation.end() if annotation else end


def _unit(text: str, at: int) -> int:
    """A simple unit with its exponent, or a factor."""
    atom = _ATOM.match(text, at)
    if atom is None:
        factor = _FACTOR.match(text, at)
        return factor.end() if factor else -1
    if not _known(atom[0]):
        return -1
    exponent = _EXPONENT.match(text, atom.end())
    return exponent.end() if exponent else atom.end()


def _known(atom: str) -> bool:
    if atom in PLAIN or atom in METRIC:
        return True
    return any(atom.startswith(prefix) and atom[len(prefix) :] in METRIC for prefix in PREFIXES)
