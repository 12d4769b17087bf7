# Looks for the best 10 of REFERENCES of 256 numbers by L1 for PROBES, on one thread, PASSES times: faiss-l1.py PROBES REFERENCES
# PASSES. Prints million comparisons per second of processor time.
import sys
import time

import faiss
import numpy

probes, references, passes = map(int, sys.argv[1:])
faiss.omp_set_num_threads(1)
random = numpy.random.default_rng(1)
index = faiss.IndexFlat(256, faiss.METRIC_L1)
index.add(random.random((references, 256), dtype=numpy.float32))
batch = random.random((probes, 256), dtype=numpy.float32)
start = time.process_time()
for _ in range(passes):
    index.search(batch, 10)
print(1e-6 * passes * probes * references / (time.process_time() - start))
