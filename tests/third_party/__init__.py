"""Programs and data of others for the tests; ``python -m tests.third_party`` installs them."""
