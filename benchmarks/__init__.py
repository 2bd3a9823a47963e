"""Measures of the bot beside their bounds: `python -m benchmarks`; see docs/benchmarks.md."""
