"""Audio: decoding, beats and downbeats."""
