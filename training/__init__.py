"""Trains the project's own encoder: base weights from a package, our wordings, one ONNX file (see docs/encoder.md)."""
