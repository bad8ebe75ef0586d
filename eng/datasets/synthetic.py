"""synthetic.py DIR [N=1000000 [Q=1000 [D=128]]]: overlapping clusters of low rank, to base.fvecs and query.fvecs.

Everything follows from counter-based streams (vecio.py), computed in float64; stream S of 2,000 clusters:
  1 centers   2000 x 24 normals
  2 map A     24 x D normals / sqrt(D)
  3 spreads   0.45 + 0.35 u of 2000 uniforms u
  5 choice    a uniform u a row: the first cluster c whose cumulated weight, ~ 1 / sqrt(c + 1), is above u
  6 latent    24 normals a row: z = center + spread * normal
  7 noise     D normals a row: x = float32(z A + 0.05 * normal)
Rows 0 to N - 1 are the base; Q rows from number 100,000,000 on, of the same streams, are the queries.
"""
import sys

import numpy as np

from vecio import normal, uniform, write_fvecs

CLUSTERS = 2000
LATENT = 24
FIRST_QUERY = 100_000_000

folder = sys.argv[1]
count, query_count, width = [int(word) for word in sys.argv[2:]] + [1_000_000, 1000, 128][len(sys.argv) - 2:]

centers = normal(1, 0, CLUSTERS * LATENT).reshape(CLUSTERS, LATENT)
projection = normal(2, 0, LATENT * width).reshape(LATENT, width) / np.sqrt(width)
spreads = 0.45 + 0.35 * uniform(3, 0, CLUSTERS)
weights = np.cumsum(np.arange(1, CLUSTERS + 1) ** -0.5)
weights /= weights[-1]


def rows(start, number):
    chosen = np.minimum(np.searchsorted(weights, uniform(5, start, number), side='right'), CLUSTERS - 1)
    latent = normal(6, start * LATENT, number * LATENT).reshape(number, LATENT)
    latent = centers[chosen] + spreads[chosen][:, None] * latent
    noise = normal(7, start * width, number * width).reshape(number, width)
    return (latent @ projection + 0.05 * noise).astype(np.float32)


base = np.empty((count, width), np.float32)
for start in range(0, count, 20_000):
    number = min(20_000, count - start)
    base[start:start + number] = rows(start, number)
write_fvecs(folder + '/base.fvecs', base)
write_fvecs(folder + '/query.fvecs', rows(FIRST_QUERY, query_count))
print(f'{folder}: {count} vectors, {query_count} queries')
