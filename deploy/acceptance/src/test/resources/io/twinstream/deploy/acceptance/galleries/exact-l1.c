// Compares PROBES with REFERENCES of 256 numbers by |a - b|, summed in single precision, PASSES times: exact-l1 PROBES REFERENCES
// PASSES. Prints million comparisons per second of processor time. Numbers lie as the loop likes them best: blocks of 32 references,
// row by row, for four probes at a time.
#include <immintrin.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LENGTH 256
#define BLOCK 32

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

__attribute__((noinline)) static void four(const float *block, const float *probes, float *sums) {
    __m512 sum[4][2];
    for (int p = 0; p < 4; p++) sum[p][0] = sum[p][1] = _mm512_setzero_ps();
    for (int d = 0; d < LENGTH; d++) {
        __m512 left = _mm512_load_ps(block + d * BLOCK), right = _mm512_load_ps(block + d * BLOCK + 16);
#pragma GCC unroll 4
        for (int p = 0; p < 4; p++) {
            __m512 value = _mm512_set1_ps(probes[d * 4 + p]);
            sum[p][0] = _mm512_add_ps(sum[p][0], _mm512_abs_ps(_mm512_sub_ps(left, value)));
            sum[p][1] = _mm512_add_ps(sum[p][1], _mm512_abs_ps(_mm512_sub_ps(right, value)));
        }
    }
    for (int p = 0; p < 4; p++) {
        _mm512_storeu_ps(sums + p * BLOCK, sum[p][0]);
        _mm512_storeu_ps(sums + p * BLOCK + 16, sum[p][1]);
    }
}

__attribute__((noinline)) static void one(const float *block, const float *probe, float *sums) {
    __m512 left = _mm512_setzero_ps(), right = _mm512_setzero_ps();
    for (int d = 0; d < LENGTH; d++) {
        __m512 value = _mm512_set1_ps(probe[d]);
        left = _mm512_add_ps(left, _mm512_abs_ps(_mm512_sub_ps(_mm512_load_ps(block + d * BLOCK), value)));
        right = _mm512_add_ps(right, _mm512_abs_ps(_mm512_sub_ps(_mm512_load_ps(block + d * BLOCK + 16), value)));
    }
    _mm512_storeu_ps(sums, left);
    _mm512_storeu_ps(sums + 16, right);
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    int probes = atoi(arguments[1]), blocks = (atoi(arguments[2]) + BLOCK - 1) / BLOCK, passes = atoi(arguments[3]);
    size_t numbers = (size_t)blocks * BLOCK * LENGTH;
    float *references = aligned_alloc(64, numbers * sizeof(float)), *own = aligned_alloc(64, (size_t)probes * LENGTH * sizeof(float));
    float sums[4 * BLOCK], largest = 0;
    for (size_t i = 0; i < numbers; i++) references[i] = (i * 2654435761u >> 8 & 0xffff) / 65536.0f;
    for (int i = 0; i < probes * LENGTH; i++) own[i] = (i * 2246822519u >> 8 & 0xffff) / 65536.0f;
    double start = now();
    for (int pass = 0; pass < passes; pass++)
        // 16 blocks stay in the second cache for all probes.
        for (int from = 0; from < blocks; from += 16)
            for (int p = 0; p < probes; p += probes < 4 ? 1 : 4)
                for (int b = from; b < from + 16 && b < blocks; b++) {
                    const float *block = references + (size_t)b * BLOCK * LENGTH;
                    if (probes < 4) one(block, own + p * LENGTH, sums);
                    else four(block, own + p * LENGTH, sums);
                    for (int i = 0; i < BLOCK; i++) largest = sums[i] > largest ? sums[i] : largest;
                }
    double seconds = now() - start;
    printf("%f\n", 1e-6 * passes * probes * blocks * BLOCK / seconds);
    return largest > 0 ? 0 : 1;
}
