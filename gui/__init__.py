"""The window. Everything that needs Qt lives here; what computes lives in :mod:`core`."""
