"""Figures of the corpus: the paper's two tables, the NPMI matrix, NPMI beside chance, and the dance codes."""


