"""Kotofuri's computation: everything that needs no window.

Nothing below this package imports Qt or the ``gui`` package; an import contract in CI checks it.
"""

__version__ = "0.1.0"
