"""What the audit log costs: computing, calls, waiting, money. ``python -m bench.audit [--quick]``."""
