"""One module a file format: from bytes to plain Markdown. Risky ones run in a child process (see `sandbox.py`)."""
