"""Slow twins in plain Python, written from the paper's formulas, that the fast code is compared with."""

from __future__ import annotations

import math


def npmi_counts(codes, songs=None):
    """Sets of songs of every pair and code, over sung bars: (pairs, lyrics, dances, all songs)."""
    pairs, lyrics, dances, counted = {}, {}, {}, set()
    for b in range(codes.bars):
        song = int(codes.song[b])
        if not codes.sung[b] or (songs is not None and not songs[song]):
            continue
        for f in range(int(codes.offsets[b]), int(codes.offsets[b + 1])):
            x, y = int(codes.lyric[f]), int(codes.dance[f])
            pairs.setdefault((x, y), set()).add(song)
            lyrics.setdefault(x, set()).add(song)
            dances.setdefault(y, set()).add(song)
            counted.add(song)
    return pairs, lyrics, dances, counted


def npmi(codes, singletons="zero", songs=None):
    """{(x, y): (NPMI, songs)} of the pairs that share a frame and are not set to zero by the singleton rule."""
    pairs, lyrics, dances, counted = npmi_counts(codes, songs)
    total = len(counted)
    result = {}
    for (x, y), where in pairs.items():
        p = len(where) / total
        if len(where) == total:
            value = 0.0
        else:
            value = (math.log(p) - math.log(len(lyrics[x]) / total) - math.log(len(dances[y]) / total)) / -math.log(p)
        if len(where) == 1 and (singletons == "zero" or value > 1e-12):
            continue
        result[x, y] = (value, len(where))
    return result


def distance(query, bar, table):
    """XMIED by the textbook table."""
    n, m = len(query), len(bar)
    d = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n + 1):
        for j in range(m + 1):
            if i == 0 or j == 0:
                d[i][j] = float(i + j)
            else:
                substitution = 1 - (1 + table[query[i - 1]][bar[j - 1]]) / 2
                d[i][j] = min(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + substitution)
    return d[n][m]


def score(query, bar, table):
    """1 - distance / length of the longer sequence."""
    longer = max(len(query), len(bar))
    return 1 - distance(query, bar, table) / longer if longer else 1.0


def rank(scores, right, ties):
    """Rank of the right candidate among scores."""
    better = sum(s > scores[right] for s in scores)
    equal = sum(s == scores[right] for i, s in enumerate(scores) if i != right)
    return 1 + better + (equal if ties == "pessimistic" else equal / 2)
