"""The window. Everything that needs Qt lives here; what computes lives in :mod:`core`."""

from gui.steady import steady_singletons

steady_singletons()
