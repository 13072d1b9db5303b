"""What the player draws: read off the pixels of its picture."""

from __future__ import annotations

import numpy as np
import pytest
from player_pictures import away_from, bare, pixels, sides, with_dance

from core.skeleton import FPS, INDEX, REST_POSITIONS
from gui.draw.body import CHAINS
from gui.draw.colours import DARK, LIGHT
from gui.state.session import Companion


def still(frames: int = 90, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """The rest pose, standing still and looking ahead."""
    return np.repeat(REST_POSITIONS[None] + [shift, 0, 0], frames, axis=0), np.tile([0.0, 0.0, 1.0], (frames, 1))


def test_the_dancer_is_drawn_by_gl_and_moves(pane, session):
    bare(pane)
    before = pixels(pane.picture())
    assert pane.view.fault == ""
    drawn = away_from(before, LIGHT.background)
    assert 0.02 < drawn.mean() < 0.4
    rows = np.flatnonzero(drawn.any(axis=1))
    assert rows[-1] - rows[0] > 0.5 * len(before)
    left, right = sides(before)
    assert left.sum() > 300
    assert right.sum() > 300
    session.seek(session.time + 1.0)
    after = pixels(pane.picture())
    assert (np.abs(after - before).sum(axis=2) > 60).mean() > 0.005
    session.seek(session.time - 1.0)
    np.testing.assert_array_equal(pixels(pane.picture()), before)


def test_the_window_shows_the_picture(pane, session, qtbot):
    bare(pane)
    qtbot.waitUntil(lambda: away_from(pixels(pane.view.grab().toImage()), LIGHT.background).mean() > 0.02)
    count = pane.view.drawn
    session.seek(1.0)
    qtbot.waitUntil(lambda: pane.view.drawn > count)


def test_between_two_frames_playing_mixes_and_pausing_does_not(pane, session):
    bare(pane)
    session.seek(1.0)
    paused = pixels(pane.picture())
    session.time = 1.0 + 0.5 / FPS
    np.testing.assert_array_equal(pixels(pane.picture()), paused)
    session.set_playing(True)
    assert (pixels(pane.picture()) != paused).any()


def test_lit_limbs_glow_as_a_whole_and_can_be_switched_off(pane, session, actions):
    bare(pane)
    with_dance(session, *still())
    light = np.array(LIGHT.lit)

    def lit() -> np.ndarray:
        seen = pixels(pane.picture())
        return (seen[..., 0] > 150) & (seen[..., 0] - seen[..., 2] > 100)

    assert light[0] > 150
    assert not lit().any()
    hand = next(joints for end, joints in CHAINS if end == INDEX["LeftWrist"])
    session.set_lit(hand)
    found = lit()
    x, y, _ = pane.camera.project(REST_POSITIONS[list(hand)].mean(axis=0), 640, 480).round().astype(int)
    assert found[y - 3 : y + 4, x - 3 : x + 4].all()
    assert not found[:, :x - 70].any()
    # The glow reaches beyond the limbs themselves.
    soft = away_from(pixels(pane.picture()), LIGHT.background, 24)
    actions["view.lit"].setChecked(False)
    assert not lit().any()
    assert soft.sum() > away_from(pixels(pane.picture()), LIGHT.background, 24).sum() + 200


def test_mirroring_exchanges_left_and_right_on_the_screen(pane, session, actions, qtbot):
    bare(pane)
    with_dance(session, *still())
    actions["view.front"].trigger()
    qtbot.waitUntil(lambda: abs(pane.view.orbit.azimuth) < 1e-6)

    def middle_of_left() -> float:
        return float(np.nonzero(sides(pixels(pane.picture()))[0])[1].mean())

    # Seen from the front the dancer's left is on the right of the picture.
    assert middle_of_left() > 340
    plain = pixels(pane.picture())
    actions["view.mirror"].trigger()
    assert pane.mirrored
    assert middle_of_left() < 300
    flipped = away_from(pixels(pane.picture())[:, ::-1], LIGHT.background)
    assert (flipped != away_from(plain, LIGHT.background)).mean() < 0.01


def test_views_differ_and_side_shows_the_left(pane, session, actions, qtbot):
    bare(pane)
    with_dance(session, *still())
    seen = {}
    for name, azimuth, elevation in (("front", 0, 4), ("side", 90, 4), ("top", 0, 89.9), ("three_quarter", 28, 10)):
        actions[f"view.{name}"].trigger()
        qtbot.waitUntil(lambda a=azimuth, e=elevation: (round(pane.camera.azimuth, 3), round(pane.camera.elevation, 3)) == (a, e))
        seen[name] = pixels(pane.picture())
    for a in seen:
        for b in seen:
            assert a == b or (np.abs(seen[a] - seen[b]).sum(axis=2) > 60).mean() > 0.01
    left, right = sides(seen["side"])
    assert left.sum() > 2 * right.sum()
    # From above nobody is tall.
    rows = np.flatnonzero(away_from(seen["top"], LIGHT.background).any(axis=1))
    cols = np.flatnonzero(away_from(seen["top"], LIGHT.background).any(axis=0))
    assert cols[-1] - cols[0] > rows[-1] - rows[0]


def test_companions_stand_side_by_side_each_with_its_label(pane, session):
    bare(pane)
    positions, facing = still()
    with_dance(session, positions, facing)
    dance = session.song.dance

    def figures() -> int:
        columns = away_from(pixels(pane.picture()), LIGHT.background, 90)[: int(480 * 0.8)].any(axis=0)
        return int((np.diff(np.concatenate([[0], columns.astype(int)])) == 1).sum())

    assert figures() == 1
    session.set_companions((Companion(dance, "love, song 2", 0, 10), Companion(dance, "愛、歌三", 0, 20)))
    assert figures() == 3
    scene = pane.scene()
    assert [figure.label for figure in scene.figures] == [session.song.song.title, "love, song 2", "愛、歌三"]
    foot = away_from(pixels(pane.picture()), LIGHT.background, 200)[-40:]
    assert all(foot[:, part].any() for part in (slice(40, 180), slice(250, 390), slice(460, 600)))
    session.set_companions((Companion(dance, "x"),) * 6)
    assert len(pane.scene().figures) == 5


def test_companions_start_in_sync(pane, session):
    dance = session.song.dance
    session.set_companions((Companion(dance, "later", at=30, first=75),))
    session.seek(40 / FPS)
    own, other = pane.scene().figures
    np.testing.assert_allclose(own.positions, dance.positions[40], atol=1e-6)
    np.testing.assert_allclose(other.positions, dance.positions[85], atol=1e-6)
    session.seek(0.0)
    np.testing.assert_allclose(pane.scene().figures[1].positions, dance.positions[45], atol=1e-6)
    session.seek(1e6)
    np.testing.assert_allclose(pane.scene().figures[1].positions, dance.positions[-1], atol=1e-6)


def test_ghosts_are_faint_and_behind_the_dancer(pane, session, actions):
    bare(pane)
    session.seek(2.0)
    plain = pixels(pane.picture())
    actions["view.ghosts"].trigger()
    ghosts = pixels(pane.picture())
    changed = np.abs(ghosts - plain).sum(axis=2) > 20
    assert 0.002 < changed.mean() < 0.3
    # Nothing of the dancer itself is covered.
    strong = np.logical_or(*sides(plain))
    assert (changed & strong).sum() < 0.03 * strong.sum()


def test_the_path_on_the_floor(pane, session, actions):
    positions, facing = still(120)
    positions[..., 0] += np.linspace(0, 1.2, 120)[:, None]
    with_dance(session, positions, facing)
    bare(pane)
    session.seek(3.5)
    plain = pixels(pane.picture())
    actions["view.trace"].trigger()
    assert (np.abs(pixels(pane.picture()) - plain).sum(axis=2) > 60).sum() > 60


def test_the_caption_shows_the_word_on_its_colour(pane, session, actions):
    song = session.song
    frame = int(np.flatnonzero((np.nan_to_num(song.npmi) > 0.05) & (song.frame_words >= 0))[0])
    session.seek(frame / FPS)
    caption = pane.caption()
    assert caption.word == song.words[song.frame_words[frame]].text
    assert caption.text == f"NPMI {song.npmi[frame]:+.2f}"
    assert caption.positive
    from gui.draw.colours import npmi_rgb

    wanted = npmi_rgb(float(song.npmi[frame]), dark=False).astype(int)

    def there() -> int:
        return int((np.abs(pixels(pane.picture())[-80:] - wanted).sum(axis=2) < 6).sum())

    assert there() > 300
    actions["view.caption"].trigger()
    assert there() < 50
    silent = int(np.flatnonzero(song.frame_words < 0)[0])
    session.seek(silent / FPS)
    assert pane.caption() is None


def test_the_grid_can_be_switched_off(pane, session, actions):
    actions["view.caption"].setChecked(False)
    before = away_from(pixels(pane.picture()), LIGHT.background, 30).mean()
    actions["view.grid"].trigger()
    assert away_from(pixels(pane.picture()), LIGHT.background, 30).mean() < before - 0.005


def test_the_picture_follows_the_theme(pane, qtbot):
    from PySide6.QtGui import QColor, QPalette

    assert (pixels(pane.picture())[5, 5] == LIGHT.background).all()
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Window, QColor(30, 30, 34))
    pane.setPalette(palette)
    assert (pixels(pane.picture())[5, 5] == DARK.background).all()
    assert pixels(pane.picture()).mean() < 90


def test_the_picture_follows_the_size(pane, qtbot):
    bare(pane)
    pane.resize(300, 420)
    qtbot.waitUntil(lambda: pane.view.width() == 300)
    image = pane.picture()
    assert (image.width(), image.height()) == (300, 420)
    drawn = away_from(pixels(image), LIGHT.background)
    assert drawn.mean() > 0.02
    assert not drawn[:, 0].all()
    # The dancer was fitted to the narrower picture.
    assert not np.logical_or(*sides(pixels(image)))[:, [0, -1]].any()


@pytest.mark.parametrize("frame", [0, 40, 77])
def test_qpainter_draws_the_same_silhouette(pane, painted_pane, session, frame):
    for one in (pane, painted_pane):
        one._switches.update(caption=False, grid=False)
    session.seek(frame / FPS)
    solid, flat = (sides(pixels(one.picture())) for one in (pane, painted_pane))
    assert painted_pane.view.fault
    assert pane.view.fault == ""
    for a, b in zip(solid, flat, strict=True):
        assert (a & b).sum() > 0.75 * (a | b).sum()


def test_limbs_that_are_not_numbers_are_left_out(pane, painted_pane, session):
    positions, facing = still()
    positions[10:20, INDEX["LeftElbow"] :] = np.nan
    positions[20:30] = np.nan
    facing[20:30] = np.nan
    with_dance(session, positions, facing)
    for one in (pane, painted_pane):
        one._switches.update(caption=False, grid=False)
        one._actions["view.ghosts"].setChecked(True)
        one._actions["view.trace"].setChecked(True)
        session.seek(5 / FPS)
        whole = sides(pixels(one.picture()))
        session.seek(15 / FPS)
        part = sides(pixels(one.picture()))
        assert part[1].sum() > 300
        assert part[0].sum() < whole[0].sum()
        session.seek(25 / FPS)
        assert one.picture() is not None
        one._switches.update(ghosts=False, trace=False)
        none = pixels(one.picture())
        assert not np.logical_or(*sides(none)).any()
        # A sentence says so.
        assert away_from(none, LIGHT.background, 150).any()
    assert pane.view.fault == ""


def test_the_camera_does_not_swing_across_a_cut(pane, session):
    positions, facing = still(120)
    positions[60:] += [4.0, 0.0, 0.0]
    with_dance(session, positions, facing)
    session.seek(59 / FPS)
    before = pane.camera
    session.seek(60 / FPS)
    assert pane.camera.target[0] - before.target[0] == pytest.approx(4.0, abs=1e-4)
    assert pane.camera.distance == before.distance
    # Ghosts stay on this side of the cut.
    pane._actions["view.ghosts"].setChecked(True)
    assert all(ghost.positions[0, 0] > 2 for ghost in pane.scene().figures[0].ghosts)
