"""The player: the dancers in a view that can be turned, drawn by GL or, without it, by QPainter."""
