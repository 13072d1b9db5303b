"""The camera that the GL player, the QPainter player, thumbnails and exports share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

ViewName = Literal["front", "side", "top", "three-quarter"]
_ANGLES: Final[dict[str, tuple[float, float]]] = {
    "front": (0.0, 4.0), "side": (90.0, 4.0), "top": (0.0, 89.9), "three-quarter": (28.0, 10.0),
}
NEAR: Final = 0.05
FAR: Final = 60.0


@dataclass(frozen=True)
class Camera:
    """An orbiting perspective camera.

    Attributes
    ----------
    target : (x, y, z)
        Metres; what it looks at.
    azimuth : float
        Degrees around +Y: 0 looks at the dancer's front (from +Z), 90 from the dancer's left (+X).
    elevation : float
        Degrees above the floor.
    distance : float
        Metres from the target.
    field : float
        Vertical angle of view, degrees.
    """

    target: tuple[float, float, float] = (0.0, 0.85, 0.0)
    azimuth: float = 28.0
    elevation: float = 10.0
    distance: float = 4.2
    field: float = 32.0

    def looking(self, name: ViewName) -> Camera:
        """Turned to a preset view."""
        azimuth, elevation = _ANGLES[name]
        return replace(self, azimuth=azimuth, elevation=elevation)

    def orbited(self, azimuth: float, elevation: float) -> Camera:
        """Turned by these degrees; it never goes over the top."""
        turned = (self.azimuth + azimuth + 180.0) % 360.0 - 180.0
        return replace(self, azimuth=turned, elevation=min(max(self.elevation + elevation, -89.9), 89.9))

    def zoomed(self, factor: float) -> Camera:
        """Nearer (factor below 1) or farther."""
        return replace(self, distance=min(max(self.distance * factor, 0.3), 30.0))

    def zoomed_at(self, factor: float, right: float, up: float) -> Camera:
        """Nearer or farther with one point kept in its place: the one ``right`` and ``up`` metres from the target."""
        zoomed = self.zoomed(factor)
        kept = 1.0 - zoomed.distance / self.distance
        return zoomed.panned(right * kept, up * kept)

    def toward(self, other: Camera, amount: float) -> Camera:
        """Between this camera (amount 0) and another (1), turning the shorter way round."""
        if amount >= 1.0:
            return other
        turn = (other.azimuth - self.azimuth + 180.0) % 360.0 - 180.0
        x, y, z = (a + (b - a) * amount for a, b in zip(self.target, other.target, strict=True))
        return Camera(
            (x, y, z), (self.azimuth + turn * amount + 180.0) % 360.0 - 180.0,
            self.elevation + (other.elevation - self.elevation) * amount,
            self.distance * (other.distance / self.distance) ** amount,
            self.field + (other.field - self.field) * amount,
        )

    def panned(self, right: float, up: float) -> Camera:
        """Target moved along the picture's axes, metres."""
        axes = self.axes()
        moved = np.asarray(self.target) + right * axes[0] + up * axes[1]
        return replace(self, target=(float(moved[0]), float(moved[1]), float(moved[2])))

    def axes(self) -> NDArray[np.float64]:
        """Rows: the picture's right, its up, and the way from the target to the eye; float64 [3, 3]."""
        a, e = np.deg2rad(self.azimuth), np.deg2rad(self.elevation)
        sin, cos, low, high = np.sin(a), np.cos(a), np.cos(e), np.sin(e)
        return np.array([[cos, 0.0, -sin], [-sin * high, low, -cos * high], [sin * low, high, cos * low]])

    def eye(self) -> NDArray[np.float64]:
        """Where the camera is, float64 [3]."""
        return np.asarray(self.target) + self.distance * self.axes()[2]

    def view_matrix(self) -> NDArray[np.float64]:
        """World to eye, float64 [4, 4], for column vectors."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.axes()
        matrix[:3, 3] = -self.axes() @ self.eye()
        return matrix

    def projection_matrix(self, aspect: float) -> NDArray[np.float64]:
        """Eye to clip space as OpenGL has it, float64 [4, 4]; ``aspect`` is width / height."""
        f = 1.0 / np.tan(np.deg2rad(self.field) / 2.0)
        matrix = np.zeros((4, 4))
        matrix[0, 0], matrix[1, 1] = f / max(aspect, 1e-6), f
        matrix[2, 2], matrix[2, 3] = (FAR + NEAR) / (NEAR - FAR), 2.0 * FAR * NEAR / (NEAR - FAR)
        matrix[3, 2] = -1.0
        return matrix

    def project(self, points: NDArray[np.floating], width: float, height: float) -> NDArray[np.float64]:
        """Pixels of points.

        Parameters
        ----------
        points : [..., 3], metres
        width, height : float
            Of the picture.

        Returns
        -------
        float64 [..., 3]
            x and y from the picture's upper left corner, and depth in metres in front of the eye (not above 0: behind).
        """
        seen = (np.asarray(points, np.float64) - self.eye()) @ self.axes().T
        depth = -seen[..., 2]
        scale = self.pixels_per_metre(1.0, height) / np.where(np.abs(depth) < 1e-9, 1e-9, depth)
        return np.stack([width / 2 + seen[..., 0] * scale, height / 2 - seen[..., 1] * scale, depth], axis=-1)

    def pixels_per_metre(self, depth: float, height: float) -> float:
        """Size in pixels of one metre at a depth."""
        return float(height / 2 / np.tan(np.deg2rad(self.field) / 2) / depth)


def framing(positions: NDArray[np.floating], camera: Camera, aspect: float, margin: float = 1.12) -> Camera:
    """The camera moved so that all the positions ([..., 3], metres) fill the picture."""
    flat = np.asarray(positions, np.float64).reshape(-1, 3)
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle = (low + high) / 2
    seen = (flat - middle) @ camera.axes().T
    half = np.tan(np.deg2rad(camera.field) / 2)
    tall, wide = np.abs(seen[:, 1]) / half, np.abs(seen[:, 0]) / (half * aspect)
    distance = float((np.maximum(tall, wide) + seen[:, 2]).max()) * margin
    return replace(camera, target=(float(middle[0]), float(middle[1]), float(middle[2])),
                   distance=min(max(distance, 0.8), 30.0))
