"""Reads and writes .fvecs and .ivecs, and draws random numbers that depend on a seed and a counter alone.

A file is rows, each a 32-bit count and as many 4-byte numbers, all little endian.
"""
import numpy as np

GOLDEN_GAMMA = np.uint64(0x9E3779B97F4A7C15)


def read_vectors(path, kind):
    numbers = np.fromfile(path, dtype='<i4')
    width = int(numbers[0])
    return np.ascontiguousarray(numbers.reshape(-1, width + 1)[:, 1:]).view(kind)


def write_vectors(path, rows, kind):
    width = rows.shape[1]
    with open(path, 'wb') as file:
        for start in range(0, len(rows), 65536):
            part = np.ascontiguousarray(rows[start:start + 65536].astype(kind)).view('<i4')
            out = np.empty((len(part), width + 1), dtype='<i4')
            out[:, 0] = width
            out[:, 1:] = part
            out.tofile(file)


def read_fvecs(path):
    return read_vectors(path, '<f4')


def write_fvecs(path, rows):
    write_vectors(path, rows, '<f4')


def write_ivecs(path, rows):
    write_vectors(path, rows, '<i4')


def splitmix(seed, counters):
    """The outputs of the SplitMix64 stream that starts at seed, by their 0-based numbers."""
    with np.errstate(over='ignore'):
        z = np.uint64(seed) + (counters.astype(np.uint64) + np.uint64(1)) * GOLDEN_GAMMA
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uniform(seed, start, count):
    """Doubles in (0, 1) from counters start to start + count - 1."""
    bits = splitmix(seed, np.arange(start, start + count)) >> np.uint64(11)
    return (bits.astype(np.float64) + 0.5) * 2.0 ** -53


def normal(seed, start, count):
    """Standard normals: number k is sqrt(-2 ln u) cos(2 pi v), with u, v from counters 2k and 2k + 1."""
    u = uniform(seed, 2 * start, 2 * count)
    return np.sqrt(-2.0 * np.log(u[0::2])) * np.cos(2 * np.pi * u[1::2])
