"""Drawing that needs no screen: cameras, colours, and the dancer by QPainter."""
