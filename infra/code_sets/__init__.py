"""Full code sets from sources that the deployer supplies (docs/code-sets.md)."""
