"""Shaders of the player, GLSL 1.20, which every desktop GL from 2.1 on compiles.

A limb is a round cone: two spheres and the cone that touches both. Each is drawn as one quad that covers it; the
fragment shader finds where the ray from the eye meets the surface, so that limbs are round at any zoom, with exact
depth. Edges are smooth without multisampling, which software GL pays for dearly: a second pass draws the fringe of
less than a pixel around each limb, as opaque as it is covered. Each pass has a shader compiled for it alone, since
software GL computes both sides of a branch.
"""

from __future__ import annotations

from typing import Final

LIMB_VERTEX: Final = """
#version 120
attribute vec4 a_from;     // view space, radius
attribute vec4 a_to;
attribute vec4 a_colour;   // rgb, glow 0..1
attribute vec4 a_face;     // where the face looks, view space; w is 1 for the head
attribute vec2 a_corner;    // -1 or 1: of the quad; -0.5 or 0.5: of a part of it that the limb surely fills
uniform vec4 u_projection; // x, y, and the two entries of the third row
uniform float u_pixel;     // metres of a pixel at a depth of one metre
uniform float u_grow;      // metres around the limb to cover as well
varying vec3 v_ray;
varying vec4 v_from;
varying vec4 v_to;
varying vec4 v_colour;
varying vec4 v_face;
varying vec4 v_axis;
varying vec3 v_cone;

void main() {
    vec3 middle = (a_from.xyz + a_to.xyz) * 0.5;
    vec3 axis = a_to.xyz - a_from.xyz;
    float away = length(middle);
    vec3 sight = middle / max(away, 1e-4);
    vec3 across = cross(axis, sight);
    float lying = length(across);
    across = lying > 1e-5 ? across / lying : normalize(cross(sight, vec3(0.1, 1.0, 0.2)));
    vec3 along = cross(sight, across);
    float radius = max(a_from.w, a_to.w) + u_grow + away * u_pixel * 2.0;
    float tall = abs(dot(axis, along)) * 0.5 + radius;
    // In front of the whole limb: every ray that meets the limb passes through this quad.
    float front = max(away - abs(dot(axis, sight)) * 0.5 - radius, 0.06);
    vec2 reach = vec2(radius, tall);
    if (abs(a_corner.x) < 0.75) {
        float shrunk = front / (away + abs(dot(axis, sight)) * 0.5 + radius) * 0.94;
        reach = 2.0 * shrunk * vec2(min(a_from.w, a_to.w), abs(dot(axis, along)) * 0.5);
    }
    vec3 place = sight * front + across * (reach.x * a_corner.x) + along * (reach.y * a_corner.y);
    v_ray = place;
    // What is the same all over the limb is computed here and not for each pixel.
    float size = length(axis);
    float k = size > abs(a_from.w - a_to.w) + 1e-5 ? (a_from.w - a_to.w) / size : 2.0;
    v_axis = vec4(axis / max(size, 1e-6), size);
    v_cone = vec3(k, 1.0 - k * k, sqrt(max(1.0 - k * k, 0.0)));
    v_from = a_from;
    v_to = a_to;
    v_colour = a_colour;
    v_face = a_face;
    gl_Position = vec4(u_projection.x * place.x, u_projection.y * place.y,
                       u_projection.z * place.z + u_projection.w, -place.z);
}
"""

_LIMB_FRAGMENT: Final = """
uniform vec4 u_projection;
uniform float u_pixel;
uniform float u_grow;
uniform vec3 u_light;      // towards the light, view space
uniform vec3 u_haze;       // colour that distance fades to
uniform float u_middle;    // depth of the dancer
uniform float u_opacity;
varying vec3 v_ray;
varying vec4 v_from;
varying vec4 v_to;
varying vec4 v_colour;
varying vec4 v_face;
varying vec4 v_axis;       // from one end to the other: direction, length
varying vec3 v_cone;       // sine of the cone's slope (above 1: one end lies in the other), cosine squared, cosine

vec3 shaded(vec3 normal, vec3 ray, float depth) {
    vec3 colour = v_colour.rgb;
#if FACE
    float soft = depth * u_pixel / max(v_from.w, 1e-4);
    vec3 up = v_axis.xyz;
    vec3 look = normalize(v_face.xyz);
    vec3 aside = normalize(cross(up, look));
    float front = dot(normal, look) - 0.10 * dot(normal, up);
    colour = mix(colour * 0.62, mix(colour, vec3(1.0), 0.22), smoothstep(0.36 - soft, 0.36 + soft, front));
    float eye = max(dot(normal, normalize(look + aside * 0.36 + up * 0.10)),
                    dot(normal, normalize(look - aside * 0.36 + up * 0.10)));
    colour = mix(colour, vec3(0.10, 0.11, 0.13), smoothstep(0.988 - soft * 0.2, 0.988 + soft * 0.2, eye));
#endif
    float sun = max(dot(normal, u_light), 0.0);
    float sky = 0.5 + 0.5 * normal.y;
    float facing = clamp(-dot(normal, ray), 0.0, 1.0);
    float plain = 0.58 + 0.16 * sky + 0.42 * sun;
    // Darker towards the outline: a limb stands out from one of its own colour behind it.
    plain *= mix(0.60, 1.0, smoothstep(0.0, 0.55, facing));
    plain = mix(plain, 0.35 + 0.65 * plain, v_colour.a);
    float haze = clamp((depth - u_middle) * 0.55, 0.0, 0.35) * (1.0 - v_colour.a);
    return mix(colour * plain, u_haze, haze);
}

void main() {
    vec3 ray = normalize(v_ray);
    vec3 from = v_from.xyz;
    vec3 to = v_to.xyz;
    float r0 = v_from.w;
    float r1 = v_to.w;
    // Start beside the limb rather than at the eye: single precision would not do for a finger at four metres.
    float start = dot((from + to) * 0.5, ray);
    vec3 q0 = ray * start - from;
    vec3 q1 = ray * start - to;
    float t0 = -dot(q0, ray);
    float t1 = -dot(q1, ray);
    float d0 = dot(q0, q0) - t0 * t0;       // squares of the distances of the ends from the ray
    float d1 = dot(q1, q1) - t1 * t1;
    vec3 unit = v_axis.xyz;
    float size = v_axis.w;
    float k = v_cone.x;
    float m = v_cone.y;
    bool cone = k < 1.0;
    float y = dot(q0, unit);
    float dy = dot(ray, unit);
    float lead = -t0;
#if SOLID
    float t = 1e6;
    vec3 normal = vec3(0.0, 0.0, 1.0);
    if (d0 <= r0 * r0) {
        t = t0 - sqrt(r0 * r0 - d0);
        normal = (q0 + ray * t) / r0;
    }
    if (d1 <= r1 * r1) {
        float other = t1 - sqrt(r1 * r1 - d1);
        if (other < t) {
            t = other;
            normal = (q1 + ray * t) / r1;
        }
    }
    float wide = r0 - k * y;
    float a = m * (1.0 - dy * dy) - k * k * dy * dy;
    float b = m * (lead - y * dy) + k * dy * wide;
    float c = m * (dot(q0, q0) - y * y) - wide * wide;
    float inside = b * b - a * c;
    if (cone && inside >= 0.0 && abs(a) > 1e-7) {
        float other = (-b - sqrt(inside)) / a;
        float height = y + other * dy;
        if (other < t && height > r0 * k && height < size + r1 * k) {
            t = other;
            normal = (q0 + ray * t - unit * height) * (m / (r0 - k * height)) + unit * k;
        }
    }
    if (t > 1e5) discard;
    float alpha = u_opacity;
#else
    float gap0 = sqrt(max(d0, 0.0)) - r0;
    float gap1 = sqrt(max(d1, 0.0)) - r1;
    float gap = min(gap0, gap1);            // metres between ray and limb
    float t = gap0 < gap1 ? t0 : t1;
    float level = max(1.0 - dy * dy, 1e-6);
    float closest = (y * dy - lead) / level;
    float height = y + closest * dy;
    float apart = length(q0 + ray * closest - unit * height) * v_cone.z - (r0 - k * height);
    if (cone && height > r0 * k && height < size + r1 * k && apart < gap) {
        gap = apart;
        t = closest;
    }
#if GLOW
    float near = 1.0 - max(gap, 0.0) / u_grow;
    float alpha = u_opacity * near * near;
    if (near <= 0.0) discard;
#else
    float alpha = u_opacity * (1.0 - gap / ((start + t) * u_pixel));
    if (gap <= 0.0 || alpha <= 0.0) discard;
#endif
    vec3 normal = q0 + ray * t - unit * (y + t * dy);
    normal = normalize(normal - ray * dot(normal, ray) + vec3(0.0, 0.0, 1e-6));
#endif
    vec3 place = ray * (start + t);
#if SHADED
    vec3 colour = shaded(normal, ray, -place.z);
#else
    vec3 colour = v_colour.rgb;
#endif
    float depth = (u_projection.z * place.z + u_projection.w) / -place.z;
    gl_FragDepth = clamp(gl_DepthRange.near + gl_DepthRange.diff * (depth * 0.5 + 0.5), 0.0, 1.0);
    gl_FragColor = vec4(colour, clamp(alpha, 0.0, 1.0));
}
"""


def limb_fragment(*, solid: bool, shaded: bool = False, face: bool = False, glow: bool = False) -> str:
    """Fragment shader of the limbs, in one of its kinds.

    Parameters
    ----------
    solid : bool
        The limb itself; or else what is around it.
    shaded : bool
        With light; or else in one flat colour.
    face : bool
        The head, with face and eyes.
    glow : bool
        Of what is around the limb, the glow; or else the fringe of less than a pixel.
    """
    kinds = {"SOLID": solid, "SHADED": shaded, "FACE": face, "GLOW": glow}
    return "#version 120\n" + "".join(f"#define {name} {int(on)}\n" for name, on in kinds.items()) + _LIMB_FRAGMENT


SHADOW_VERTEX: Final = """
#version 120
attribute vec4 a_from;     // metres in the room, radius
attribute vec4 a_to;
attribute vec2 a_corner;
uniform mat4 u_view;
uniform vec4 u_projection;
varying vec2 v_place;
varying vec4 v_from;       // x, z, height, radius
varying vec4 v_to;

void main() {
    vec2 axis = a_to.xz - a_from.xz;
    float size = length(axis);
    vec2 along = size > 1e-5 ? axis / size : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    float radius = max(a_from.w, a_to.w) + 0.03 + 0.08 * max(a_from.y, a_to.y);
    v_place = (a_from.xz + a_to.xz) * 0.5
        + along * ((size * 0.5 + radius) * a_corner.y) + across * (radius * a_corner.x);
    v_from = vec4(a_from.xz, max(a_from.y, 0.0), a_from.w);
    v_to = vec4(a_to.xz, max(a_to.y, 0.0), a_to.w);
    vec3 place = (u_view * vec4(v_place.x, 0.0, v_place.y, 1.0)).xyz;
    gl_Position = vec4(u_projection.x * place.x, u_projection.y * place.y,
                       u_projection.z * place.z + u_projection.w, -place.z);
}
"""

SHADOW_FRAGMENT: Final = """
#version 120
uniform vec3 u_ground;
uniform vec3 u_shade;
varying vec2 v_place;
varying vec4 v_from;
varying vec4 v_to;

void main() {
    vec2 axis = v_to.xy - v_from.xy;
    float h = clamp(dot(v_place - v_from.xy, axis) / max(dot(axis, axis), 1e-8), 0.0, 1.0);
    vec4 here = mix(v_from, v_to, h);
    float blur = 0.02 + 0.07 * here.z;
    float cover = 1.0 - smoothstep(-blur, blur, length(v_place - here.xy) - here.w * 0.9);
    cover *= 1.0 / (1.0 + 0.30 * here.z);
    if (cover < 0.004) discard;
    // Blended by taking the darker: where limbs' shadows meet, they make one shadow.
    gl_FragColor = vec4(mix(u_ground, u_shade, cover), 1.0);
}
"""

LINE_VERTEX: Final = """
#version 120
attribute vec3 a_point;    // metres in the room, before u_offset
attribute vec3 a_along;
attribute vec2 a_side;     // -1 or 1, opacity
uniform mat4 u_view;
uniform vec4 u_projection;
uniform vec3 u_offset;
uniform float u_pixel;
uniform float u_half;      // half the line's width, pixels
varying vec3 v_place;
varying vec2 v_side;

void main() {
    v_place = a_point + u_offset;
    vec3 place = (u_view * vec4(v_place, 1.0)).xyz;
    vec3 along = (u_view * vec4(a_along, 0.0)).xyz;
    // One direction for the whole line, so a line that passes behind the eye keeps its width too.
    vec3 aside = cross(place, along);
    float size = length(aside);
    if (size > 1e-6) place += aside / size * (a_side.x * (u_half + 0.75) * -place.z * u_pixel);
    v_side = vec2(a_side.x * (u_half + 0.75), a_side.y);
    gl_Position = vec4(u_projection.x * place.x, u_projection.y * place.y,
                       u_projection.z * place.z + u_projection.w, -place.z);
}
"""

LINE_FRAGMENT: Final = """
#version 120
uniform vec4 u_colour;
uniform vec3 u_around;
uniform float u_half;
uniform float u_reach;     // metres from u_around at which lines have faded
varying vec3 v_place;
varying vec2 v_side;

void main() {
    float fade = 1.0 - smoothstep(0.35 * u_reach, u_reach, length(v_place.xz - u_around.xz));
    gl_FragColor = vec4(u_colour.rgb, u_colour.a * v_side.y * fade * clamp(u_half + 0.5 - abs(v_side.x), 0.0, 1.0));
}
"""
