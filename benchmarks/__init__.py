"""Speed measurements: ``python -m benchmarks`` runs those that need no screen and prints a table."""
