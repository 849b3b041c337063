"""How long a line of patients waits: the queue M/D/c, by the approximation of Allen and Cunneen.

Patients ask for slots independently of each other (Poisson, ``used`` a week); ``doctors`` of one specialty in one
department share them; each serves ``offered / doctors`` slots a week, all of one length. Then, with the load
``a = used · doctors / offered`` in doctors and Erlang's probability of waiting ``C(doctors, a)``,

    wait = C(doctors, a) / (offered − used) · (1 + 0) / 2        in weeks

where (1 + 0) / 2 is (ca² + cs²) / 2: arrivals vary (ca² = 1), lengths do not (cs² = 0). For one doctor it is the
formula of Pollaczek and Khinchine for M/D/1.

Sources: A. K. Erlang, 1917 (C); A. O. Allen, Probability, Statistics and Queueing Theory, 2nd edition, 1990 (the
approximation); L. V. Green and S. Savin, Operations Research 56 (2008), 1526-1538: a doctor's appointments as one such
queue.

What it leaves out: that people choose a later day by themselves, that a full doctor turns people away who are never
counted, working hours within a week, and that they cancel. So it is a lower bound of the wait, good for comparing two
settings of one schedule; the measured wait stands beside it.
"""

from __future__ import annotations

HOURS = 168
"""Of a week."""


def erlang_c(servers: int, load: float) -> float:
    """The probability that somebody who comes waits. ``0 <= load < servers``."""
    blocked = 1.0  # Erlang B by its recursion: no factorials
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return servers * blocked / (servers - load * (1 - blocked))


def mean_wait(doctors: int, offered: float, used: float) -> int | None:
    """Hours until the next slot that is free, as a mean; None where as many come as there are slots, or more.

    ``offered``, ``used``: slots a week of all ``doctors`` together.
    """
    if doctors < 1 or offered <= 0 or used >= offered:
        return None
    load = used * doctors / offered
    return round(erlang_c(doctors, load) / (offered - used) / 2 * HOURS)
