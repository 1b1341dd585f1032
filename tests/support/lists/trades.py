"""Functions of many trades and their right gradients, for the lists that were written last."""

from typing import Any

import numpy as np

MIX = np.array([[0.7, 0.3], [0.2, 0.8]])


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def softmax_backward(g: Any, x: Any) -> Any:
    p = softmax(x)
    return p * (g - (g * p).sum(-1, keepdims=True))


def hidden_markov(scores: Any) -> Any:
    """The log-likelihood of a chain of two states; scores: (steps, 2) log-emissions."""
    state = scores[0]
    for score in scores[1:]:
        state = np.logaddexp.reduce(state[:, None] + np.log(MIX), axis=0) + score
    return np.logaddexp.reduce(state)


def hidden_markov_backward(g: Any, scores: Any) -> Any:
    """The states' probabilities, forwards and backwards."""
    ahead = [scores[0]]
    for score in scores[1:]:
        ahead.append(np.logaddexp.reduce(ahead[-1][:, None] + np.log(MIX), axis=0) + score)
    behind = [np.zeros_like(scores[0])]
    for score in scores[:0:-1]:
        behind.insert(0, np.logaddexp.reduce(np.log(MIX) + score + behind[0], axis=1))
    return g * softmax(np.array(ahead) + np.array(behind))


def rotated(q: Any, x: Any) -> Any:
    """x turned by the quaternion q, of any length but 0."""
    q = q / np.linalg.norm(q)
    u, w = q[1:], q[0]
    return x + 2.0 * w * np.cross(u, x) + 2.0 * np.cross(u, np.cross(u, x))


def rotated_backward(g: Any, q: Any, x: Any) -> Any:
    n = np.linalg.norm(q)
    unit = q / n
    u, w = unit[1:], unit[0]
    to_w = 2.0 * g @ np.cross(u, x)
    to_u = 2.0 * (w * np.cross(x, g) + np.cross(np.cross(u, x), g) + np.cross(x, np.cross(g, u)))
    to_x = g - 2.0 * w * np.cross(u, g) + 2.0 * np.cross(u, np.cross(u, g))
    to_unit = np.concatenate([[to_w], to_u])
    return (to_unit - unit * (to_unit @ unit)) / n, to_x


def kepler(m: Any) -> Any:
    """The eccentric anomaly: e with e - 0.3 sin e = m, by Newton's steps."""
    e = m + 0.3 * np.sin(m)
    for _ in range(30):
        e = e - (e - 0.3 * np.sin(e) - m) / (1.0 - 0.3 * np.cos(e))
    return e


def kepler_backward(g: Any, m: Any) -> Any:
    return g / (1.0 - 0.3 * np.cos(kepler(m)))


def bezier(t: Any) -> Any:
    return 3.0 * (1.0 - t) ** 2 * t * 0.5 + 3.0 * (1.0 - t) * t**2 * 2.0 + t**3


def bezier_backward(g: Any, t: Any) -> Any:
    return g * 3.0 * ((1.0 - t) ** 2 * 0.5 + 2.0 * (1.0 - t) * t * 1.5 - t**2)


def rms_norm(x: Any) -> Any:
    return x / np.sqrt(np.mean(x**2) + 1e-3)


def rms_norm_backward(g: Any, x: Any) -> Any:
    square = np.mean(x**2) + 1e-3
    return (g - x * (g @ x) / (square * x.size)) / np.sqrt(square)


def ppo(r: Any, a: Any) -> Any:
    """The clipped objective of a policy's ratio and its advantage."""
    return np.minimum(r * a, np.clip(r, 0.8, 1.2) * a)


def ppo_backward(g: Any, r: Any, a: Any) -> Any:
    free = r * a <= np.clip(r, 0.8, 1.2) * a
    return g * a * free, g * np.where(free, r, np.clip(r, 0.8, 1.2))


def box_overlap(p: Any, q: Any) -> Any:
    return np.prod(np.maximum(np.minimum(p[2:], q[2:]) - np.maximum(p[:2], q[:2]), 0.0))


def box_overlap_backward(g: Any, p: Any, q: Any) -> Any:
    widths = np.minimum(p[2:], q[2:]) - np.maximum(p[:2], q[:2])
    to_p, to_q = np.zeros(4), np.zeros(4)
    for i in range(2):
        other = g * max(widths[1 - i], 0.0) * (widths[i] > 0.0)
        (to_p if p[2 + i] <= q[2 + i] else to_q)[2 + i] += other
        (to_p if p[i] >= q[i] else to_q)[i] -= other
    return to_p.astype(p.dtype), to_q.astype(q.dtype)


def dice(p: Any) -> Any:
    y = np.array([1.0, 0.0, 1.0])
    return 2.0 * (p @ y) / (p.sum() + 2.0)


def dice_backward(g: Any, p: Any) -> Any:
    y = np.array([1.0, 0.0, 1.0])
    return 2.0 * g * (y / (p.sum() + 2.0) - p @ y / (p.sum() + 2.0) ** 2)


def rotary(x: Any, direction: float = 1.0) -> Any:
    half = len(x) // 2
    c, s = np.cos(np.arange(1.0, 1.0 + half)), direction * np.sin(np.arange(1.0, 1.0 + half))
    a, b = x[:half], x[half:]
    return np.concatenate([a * c - b * s, a * s + b * c])


def rotary_backward(g: Any, x: Any) -> Any:
    return rotary(g, -1.0)


def sparsemax(x: Any) -> Any:
    """The nearest probabilities (Martins & Astudillo 2016)."""
    z = np.sort(x)[::-1]
    sums = np.cumsum(z) - 1.0
    k = np.count_nonzero(z * np.arange(1, len(z) + 1) > sums)
    return np.maximum(x - sums[k - 1] / k, 0.0)


def sparsemax_backward(g: Any, x: Any) -> Any:
    support = sparsemax(x) > 0.0
    return support * (g - (g @ support) / support.sum())


def total_variation(x: Any) -> Any:
    return np.abs(np.diff(x)).sum()


def total_variation_backward(g: Any, x: Any) -> Any:
    step = g * np.sign(np.diff(x))
    return np.concatenate([[0.0], step]) - np.concatenate([step, [0.0]])


def circular_convolution(x: Any, w: Any) -> Any:
    return np.fft.ifft(np.fft.fft(x) * np.fft.fft(w)).real


def circular_backward(g: Any, x: Any, w: Any) -> Any:
    back = np.fft.fft(g)
    return np.fft.ifft(back * np.fft.fft(w).conj()).real, np.fft.ifft(back * np.fft.fft(x).conj()).real
