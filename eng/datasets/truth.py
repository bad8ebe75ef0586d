"""truth.py DIR l2|cosine: the exact answers to DIR/query.fvecs among DIR/base.fvecs.

Writes gt.ivecs, the ordinals of the 100 nearest, and gt_dist.fvecs, their squared distances or 1 - cosine; attr.i32, for
each vector the number splitmix(202, ordinal) % 1000; and for T = 500, 100, 10, 1 gt_selT.ivecs, the 100 nearest of those
whose number is below T. 200 candidates by float32 are ranked in float64; the lower ordinal wins a tie.
"""
import sys

import numpy as np

from vecio import read_fvecs, splitmix, write_fvecs, write_ivecs

NEAREST = 100
LIMITS = (500, 100, 10, 1)


def find_nearest(base, queries):
    """Ordinals and squared distances of the nearest base rows of each query."""
    squares = np.einsum('ij,ij->i', base, base)
    count = min(NEAREST, len(base))
    candidate_count = min(len(base), 2 * count)
    ordinals = np.empty((len(queries), count), np.int32)
    distances = np.empty((len(queries), count), np.float64)
    for start in range(0, len(queries), 100):
        block = squares[None, :] - 2 * (queries[start:start + 100] @ base.T)
        for i, row in enumerate(block, start):
            candidates = np.arange(len(base))
            if candidate_count < len(base):
                candidates = np.argpartition(row, candidate_count - 1)[:candidate_count]
            difference = base[candidates].astype(np.float64) - queries[i].astype(np.float64)
            exact = np.einsum('ij,ij->i', difference, difference)
            order = np.lexsort((candidates, exact))[:count]
            ordinals[i] = candidates[order]
            distances[i] = exact[order]
    return ordinals, distances


folder, metric = sys.argv[1:]
base = read_fvecs(folder + '/base.fvecs')
queries = read_fvecs(folder + '/query.fvecs')
if metric == 'cosine':
    base = base / np.linalg.norm(base, axis=1, keepdims=True)
    queries = queries / np.linalg.norm(queries, axis=1, keepdims=True)

ordinals, distances = find_nearest(base, queries)
write_ivecs(folder + '/gt.ivecs', ordinals)
write_fvecs(folder + '/gt_dist.fvecs', distances / 2 if metric == 'cosine' else distances)
print(f'{folder}: the tenth neighbor is at {np.median(distances[:, 9]):.4f} in the median')

attribute = (splitmix(202, np.arange(len(base))) % np.uint64(1000)).astype('<i4')
attribute.tofile(folder + '/attr.i32')
for limit in LIMITS:
    matching = np.nonzero(attribute < limit)[0]
    selected, _ = find_nearest(base[matching], queries)
    write_ivecs(folder + f'/gt_sel{limit}.ivecs', matching[selected].astype(np.int32))
