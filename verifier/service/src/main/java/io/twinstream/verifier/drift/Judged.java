package io.twinstream.verifier.drift;

import org.jspecify.annotations.Nullable;

/**
 * What a window comes to.
 *
 * @param state after it
 * @param finding null for most windows
 */
record Judged<S>(S state, @Nullable Finding finding) {
    static <S> Judged<S> quiet(S state) {
        return new Judged<>(state, null);
    }
}
