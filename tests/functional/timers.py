"""The trigger of timers in front of the fake AWS."""

from __future__ import annotations

from typing import Any

EVENT: dict[str, Any] = {"id": "e", "account": "0", "time": "t", "region": "r", "resources": [], "detail": {}}
EVENT |= {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event"}


def ring() -> dict[str, int]:
    """Ring what is due. The hours before this one are done: a first run would look at a week of them."""
    from chalicelib.bootstrap import services
    from chalicelib.handlers.events import ring_timers
    from chalicelib.ports import keys
    from chalicelib.ports.tables import Put

    tables, hour = services().tables, f"{services().clock():%Y-%m-%dT%H}:00:00.000Z"
    for shard in keys.TIMER_SHARDS:
        if tables.get(keys.timers_done(shard)) is None:
            tables.commit([Put(keys.timers_done(shard), {"hour": hour})])
    return ring_timers(EVENT, None)
