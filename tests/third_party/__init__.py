"""Programs of others that check what Medkarta makes; ``python -m tests.third_party`` installs them."""
