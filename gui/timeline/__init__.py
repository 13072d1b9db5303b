"""The timeline: waveform, bars, words, NPMI and codes of a song on one time axis."""


