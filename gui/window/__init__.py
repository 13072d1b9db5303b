"""The main window: docks, status area, opening and importing."""
