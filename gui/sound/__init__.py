"""Playing: sound, its clock, and the transport that drives the session's time."""
