"""Pictures of the rows, made once for each stretch of the song and zoom, so that panning only copies them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from core.skeleton import FPS
from gui.draw.colours import Theme, colour, readable_on
from gui.timeline.colouring import blend, code_rgb, frames_of_columns
from gui.timeline.scene import Scene, new_picture, put
from gui.timeline.timescale import clock, tick_step

WIDTH: Final = 512
"""Pixels of a tile."""
_KEPT: Final = 40
_TICKS: Final = 74.0


class Tiles:
    """Tiles of a scene; the ones unused for longest are dropped."""

    def __init__(self) -> None:
        self.scene: Scene | None = None
        self.drawn = 0
        self._kept: OrderedDict[tuple[float, int], QPixmap] = OrderedDict()

    def set_scene(self, scene: Scene | None) -> None:
        """Another scene: all tiles are made anew when they are next wanted."""
        self.scene = scene
        self._kept.clear()

    def get(self, per_second: float, index: int) -> QPixmap:
        """The tile that begins ``index * WIDTH`` pixels after the song's start, at a zoom."""
        assert self.scene is not None
        key = (per_second, index)
        found = self._kept.pop(key, None)
        if found is None:
            found = draw_tile(self.scene, per_second, index * WIDTH, WIDTH)
            self.drawn += 1
        self._kept[key] = found
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def look_ahead(self, per_second: float, left: float, width: float) -> None:
        """Make one tile, if any is missing, of the page that follows the one from pixel ``left`` on."""
        if self.scene is None:
            return
        end = min(left + 2 * width, self.scene.track.seconds * per_second)
        for index in range(int((left + width) // WIDTH), int(np.ceil(end / WIDTH))):
            if (per_second, index) not in self._kept:
                self.get(per_second, index)
                return


def draw_tile(scene: Scene, per_second: float, left: int, width: int) -> QPixmap:
    """Ruler and rows from pixel ``left`` on, ``width`` pixels of them."""
    ratio = scene.ratio
    image, pixels = new_picture(round(width * ratio), round(scene.height * ratio), scene.theme.background)
    strip = _Strip(scene, pixels, per_second * ratio, left * ratio)
    strip.draw()
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setFont(scene.font)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.translate(-left, 0)
    _ruler(painter, scene, per_second, left, width)
    for row in ("lyric", "dance"):
        if row in scene.layout.heights:
            _code_numbers(painter, scene, row, per_second, left, width)
    painter.end()
    return QPixmap.fromImage(image)


class _Strip:
    """The parts of a tile that are set pixel by pixel. All lengths in device pixels."""

    def __init__(self, scene: Scene, pixels: NDArray[np.uint8], per_second: float, left: float) -> None:
        self.scene = scene
        self.pixels = pixels
        self.width = pixels.shape[1]
        self.per_second = per_second
        self.left = left
        self.hair = max(round(scene.ratio), 1)
        self.frames = frames_of_columns(left, per_second, self.width, FPS, scene.colours.rank)

    def rows(self, row: str) -> slice:
        ratio, top = self.scene.ratio, self.scene.row_top(row)
        return slice(round(top * ratio), round((top + self.scene.layout.heights[row]) * ratio))

    def columns_of(self, seconds: NDArray[np.float64]) -> NDArray[np.int64]:
        """Columns of times; those outside the tile are left out."""
        x = np.rint(seconds * self.per_second - self.left).astype(np.int64)
        return x[(x >= 0) & (x < self.width)]

    def draw(self) -> None:
        scene = self.scene
        body = slice(round(scene.ruler * scene.ratio), None)
        end = int(np.clip(scene.track.seconds * self.per_second - self.left, 0, self.width))
        for row in scene.layout.heights:
            if row in {"wave", "npmi"}:
                put(self.pixels, self.rows(row), slice(0, end), row_rgb(scene.theme))
        self.grid(body)
        for row, paint in (("wave", self.wave), ("words", self.words), ("npmi", self.npmi)):
            if row in scene.layout.heights:
                paint(self.rows(row))
        for row in ("lyric", "dance"):
            if row in scene.layout.heights:
                self.codes(row, self.rows(row))
        put(self.pixels, slice(None), slice(end, None), blend(scene.theme.background, scene.theme.text, 0.06))

    def grid(self, body: slice) -> None:
        """Lines at beats and bars, as far as there is room for them."""
        track, theme = self.scene.track, self.scene.theme
        beats = track.data.beats
        if len(beats) > 1 and float(np.median(np.diff(beats))) * self.per_second >= 9 * self.scene.ratio:
            put(self.pixels, body, self.columns_of(beats), blend(theme.background, theme.line, 0.55))
        starts = track.bar_start / FPS
        if len(starts) > 1:
            room = float(np.median(np.diff(starts))) * self.per_second
            step = 1
            while room * step < 5 * self.scene.ratio:
                step *= 2
            chosen = self.columns_of(starts[::step])
            for shift in range(self.hair):
                put(self.pixels, body, np.minimum(chosen + shift, self.width - 1), blend(theme.line, theme.text, 0.22))

    def wave(self, rows: slice) -> None:
        scene = self.scene
        height = rows.stop - rows.start
        middle = (height - 1) / 2
        y = np.arange(height)[:, None]
        area = self.pixels[rows]
        if scene.peaks is None:
            return
        start = self.left / self.per_second - scene.audio_at
        columns = scene.peaks.columns(start, start + self.width / self.per_second, self.width)
        gain = middle / max(scene.peaks.loudest, 0.02)
        times = (self.left + np.arange(self.width)) / self.per_second - scene.audio_at
        inside = (times >= 0) & (times < scene.peaks.seconds)
        top, bottom = np.floor(middle - columns.high * gain + 0.5), np.ceil(middle - columns.low * gain - 0.5)
        area[(y >= top) & (y <= bottom) & inside] = blend(scene.theme.wave, row_rgb(scene.theme), 0.42)[::-1]
        reach = columns.rms * gain
        area[(np.abs(y - middle) <= reach) & inside] = np.array(scene.theme.wave[::-1], np.uint8)

    def word_columns(self) -> NDArray[np.int64]:
        """The word under every column and the two on either side of the tile, -1 for none."""
        track = self.scene.track
        count = self.width + 4
        found = np.full(count, -1, np.int64)
        if not len(track.starts):
            return found
        times = (self.left + np.arange(count) - 1.5) / self.per_second
        last = np.searchsorted(track.starts, times, side="right") - 1
        for back in range(3):
            word = last - back
            fits = (found < 0) & (word >= 0)
            fits[fits] = times[fits] < track.ends[word[fits]]
            found[fits] = word[fits]
        return found

    def words(self, rows: slice) -> None:
        scene, track, theme = self.scene, self.scene.track, self.scene.theme
        wide = self.word_columns()
        here = wide[2:-2]
        boxed = here >= 0
        if not boxed.any():
            return
        word = here[boxed]
        first, last = track.word_first[word], track.word_last[word]
        frame = np.clip(self.frames[boxed], first, np.maximum(last, first))
        rgb = np.where((last >= first)[:, None], scene.colours.rgb[np.clip(frame, 0, max(track.frames - 1, 0))],
                       blend(theme.background, theme.text, 0.07))
        filled = np.zeros((self.width, 3), np.uint8)
        filled[boxed] = rgb
        edge = np.zeros_like(filled)
        edge[boxed] = blend(rgb, theme.text, 0.26)
        top, bottom, hair = rows.start, rows.stop, self.hair
        put(self.pixels, slice(top, bottom), boxed, rgb)
        put(self.pixels, slice(top, top + hair), boxed, edge[boxed])
        put(self.pixels, slice(bottom - hair, bottom), boxed, edge[boxed])
        # Boxes wide enough get sides and a gap to the next one.
        roomy = np.zeros(self.width, np.bool_)
        roomy[boxed] = (track.ends[word] - track.starts[word]) * self.per_second >= 6 * scene.ratio
        begins = roomy & (here != wide[1:-3])
        stops = roomy & (here != wide[3:-1])
        before_stop = roomy & (here == wide[3:-1]) & (here != wide[4:])
        put(self.pixels, slice(top, bottom), begins, edge[begins])
        put(self.pixels, slice(top, bottom), before_stop, edge[before_stop])
        put(self.pixels, slice(top, bottom), stops, theme.background)
        for corner in (slice(top, top + hair), slice(bottom - hair, bottom)):
            put(self.pixels, corner, begins | before_stop, theme.background)

    def npmi(self, rows: slice) -> None:
        scene, track, theme = self.scene, self.scene.track, self.scene.theme
        height = rows.stop - rows.start
        area = self.pixels[rows]
        scale = (height - 1) / (track.high - track.low)
        zero = round(track.high * scale)
        shown = self.frames >= 0
        values = np.full(self.width, np.nan)
        values[shown] = track.data.npmi[self.frames[shown]]
        if not np.isnan(values).all():
            level = np.nan_to_num((track.high - values) * scale, nan=zero)
            y = np.arange(height)[:, None]
            inside = (y >= np.floor(np.minimum(level, zero) + 0.5)) & (y <= np.ceil(np.maximum(level, zero) - 0.5))
            inside &= ~np.isnan(values)
            rgb = scene.colours.rgb[np.clip(self.frames, 0, max(track.frames - 1, 0))]
            area[inside] = np.broadcast_to(rgb[None], (*inside.shape, 3))[inside][:, ::-1]
            # The tip of each column is darker, so that pale columns keep an outline.
            tip = inside & (np.abs(y - np.rint(level)) < self.hair) & (np.abs(values) > 1e-9)
            darker = blend(rgb, theme.text, 0.30)
            area[tip] = np.broadcast_to(darker[None], (*tip.shape, 3))[tip][:, ::-1]
        area[zero : zero + self.hair] = blend(theme.line, theme.text, 0.35)[::-1]
        if scene.threshold > 0 and scene.threshold < track.high:
            at = round((track.high - scene.threshold) * scale)
            dashes = ((np.arange(self.width) + int(self.left)) // (4 * self.hair)) % 2 == 0
            area[at : at + self.hair, dashes] = np.array(theme.accent[::-1], np.uint8)

    def codes(self, row: str, rows: slice) -> None:
        scene, data, theme = self.scene, self.scene.track.data, self.scene.theme
        codes = data.lyric_codes if row == "lyric" else data.dance_codes
        shown = self.frames >= 0
        shown[shown] = codes[self.frames[shown]] >= 0
        if not shown.any():
            return
        frames = self.frames[shown]
        rgb = code_rgb(codes[frames], dark=theme.dark)
        if row == "lyric":
            silent = data.frame_words[frames] < 0
            rgb[silent] = blend(rgb[silent], theme.background, 0.72)
        put(self.pixels, rows, shown, rgb)
        runs = scene.track.lyric if row == "lyric" else scene.track.dance
        chosen = runs.between(self.left / self.per_second * FPS, (self.left + self.width) / self.per_second * FPS)
        part = slice(chosen.start, chosen.stop)
        room = (runs.stop[part] - runs.start[part]) / FPS * self.per_second >= 4 * scene.ratio
        put(self.pixels, rows, self.columns_of(runs.start[part][room] / FPS), theme.background)
        if scene.pair is not None:
            marked = np.zeros(self.width, np.bool_)
            marked[shown] = scene.pair_frames()[frames]
            put(self.pixels, slice(rows.stop - 3 * self.hair, rows.stop), marked, theme.accent)


def row_rgb(theme: Theme) -> tuple[int, int, int]:
    """Ground of the waveform and the NPMI curve."""
    r, g, b = blend(theme.background, (255, 255, 255) if not theme.dark else (0, 0, 0), 0.6 if not theme.dark else 0.22)
    return int(r), int(g), int(b)


def _ruler(painter: QPainter, scene: Scene, per_second: float, left: int, width: int) -> None:
    metrics, theme, track = scene.metrics, scene.theme, scene.track
    height = scene.layout.heights["ruler"]
    half = height / 2
    step = tick_step(per_second, _TICKS)
    decimals = 0 if step >= 1 else 1
    painter.setPen(colour(theme.faint))
    first = max(int((left - 60) / per_second / step), 0)
    for k in range(first, int((left + width) / per_second / step) + 1):
        if k * step > track.seconds:
            break
        x = round(k * step * per_second)
        painter.drawLine(x, 0, x, round(half) - 2)
        painter.drawText(QPointF(x + 3, half - metrics.descent() + 1), clock(k * step, decimals))
    if not len(track.bar_start):
        return
    starts, stops = track.bar_start / FPS * per_second, track.bar_stop / FPS * per_second
    wanted = metrics.horizontalAdvance("0" * len(str(len(starts)))) + 10
    room = float(np.median(stops - starts))
    step_bars = 1
    while room * step_bars < wanted:
        step_bars *= 2
    ground = [colour(tuple(int(c) for c in blend(theme.background, theme.text, share))) for share in (0.09, 0.045)]  # type: ignore[arg-type]
    low = int(np.searchsorted(stops, left, side="right")) // step_bars * step_bars
    for bar in range(low, int(np.searchsorted(starts, left + width)), step_bars):
        x = round(starts[bar])
        until = round(stops[min(bar + step_bars, len(stops)) - 1])
        painter.fillRect(QRectF(x, half, until - x, height - half), ground[bar // step_bars % 2])
        painter.setPen(colour(theme.text))
        painter.drawText(QPointF(x + 4, height - metrics.descent()), str(bar + 1))


def _code_numbers(painter: QPainter, scene: Scene, row: str, per_second: float, left: int, width: int) -> None:
    """The number of a code in its block; long blocks repeat it, so that it is never far out of view."""
    runs = scene.track.lyric if row == "lyric" else scene.track.dance
    metrics, theme = scene.metrics, scene.theme
    top, height = scene.row_top(row), scene.layout.heights[row]
    if height < metrics.height() * 0.8 or not len(runs.code):
        return
    digit = metrics.horizontalAdvance("0")
    baseline = top + (height + metrics.ascent() - metrics.descent()) / 2
    clip = QRectF(left, top, width, height)
    painter.setClipRect(clip)
    for i in runs.between(left / per_second * FPS, (left + width) / per_second * FPS):
        begin, end = runs.start[i] / FPS * per_second, runs.stop[i] / FPS * per_second
        text = str(int(runs.code[i]))
        if end - begin < digit * len(text) + 5:
            continue
        ground = code_rgb(runs.code[i : i + 1], dark=theme.dark)[0]
        ink = readable_on(QColor(*(int(c) for c in ground)))
        if row == "lyric" and scene.track.data.frame_words[runs.start[i]] < 0:
            ink = colour(theme.faint)
        painter.setPen(ink)
        for x in np.arange(begin + 4, end - digit * len(text), 240.0):
            if left - 60 < x < left + width:
                painter.drawText(QPointF(x, baseline), text)
    painter.setClipRect(QRectF(left, 0, width, scene.height), Qt.ClipOperation.ReplaceClip)


def draw_overview(scene: Scene, width: int) -> QPixmap:
    """The whole song in one strip: sound, words, and the frames above the threshold in their colours."""
    ratio, theme, track = scene.ratio, scene.theme, scene.track
    columns, height = round(width * ratio), round(scene.layout.heights["overview"] * ratio)
    image, pixels = new_picture(columns, height, row_rgb(theme))
    per_second = columns / max(track.seconds, 1e-3)
    frames = frames_of_columns(0.0, per_second, columns, FPS, scene.colours.rank)
    shown = np.flatnonzero(frames >= 0)
    if scene.peaks is not None:
        found = scene.peaks.columns(-scene.audio_at, columns / per_second - scene.audio_at, columns)
        reach = np.maximum(found.high, -found.low) * height / 2 / max(scene.peaks.loudest, 0.02)
        y = np.abs(np.arange(height)[:, None] - (height - 1) / 2)
        pixels[y <= reach] = blend(theme.wave, row_rgb(theme), 0.62)[::-1]
    data = track.data
    sung = shown[data.frame_words[frames[shown]] >= 0]
    band = max(round(2 * ratio), 1)
    put(pixels, slice(height - band, height), sung, theme.faint)
    positive = np.nan_to_num(data.npmi, nan=-1.0) > scene.threshold
    positive &= ~scene.colours.dim
    if scene.pair is not None:
        marked = shown[scene.pair_frames()[frames[shown]]]
        put(pixels, slice(0, band), marked, theme.accent)
    hits = shown[positive[frames[shown]]]
    for extra in range(max(round(2 * ratio), 1)):
        put(pixels, slice(band, height - band), np.minimum(hits + extra, columns - 1), scene.colours.rgb[frames[hits]])
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)
