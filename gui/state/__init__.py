"""The one model that all panes show and change."""
