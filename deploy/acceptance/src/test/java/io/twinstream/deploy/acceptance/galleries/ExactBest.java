package io.twinstream.deploy.acceptance.galleries;

import io.twinstream.schemas.text.Sha256;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.embeddings.EmbeddingStore;
import io.twinstream.verifier.match.MatchFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Finds the best reference of each probe, by comparing them one by one with the embeddings that a verifier has kept. */
final class ExactBest {
    private static final String SUFFIX = ".embeddings";

    private final MatchFunction function;
    private final float[][] folded;
    private final float[] best;
    private int missing;

    ExactBest(MatchFunction function, float[][] probes) {
        this.function = function;
        this.folded = Arrays.stream(probes).map(function::fold).toArray(float[][]::new);
        this.best = new float[probes.length];
        Arrays.fill(best, Float.NEGATIVE_INFINITY);
    }

    /** Reads the only file of a folder that no verifier uses now. */
    void search(Path folder, int references, IntFunction<byte[]> pictures) throws IOException {
        String file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow().getFileName().toString();
        }
        String key = file.substring(0, file.length() - SUFFIX.length());
        float[] kept = new float[function.foldedLength()];
        try (EmbeddingStore store = new EmbeddingFolder(folder.toString()).open(key, function.foldedLength())) {
            for (int i = 0; i < references; i++) {
                if (store.claim(Sha256.digest().digest(pictures.apply(i)), kept) == EmbeddingStore.NONE) {
                    missing++;
                } else {
                    compare(kept);
                }
            }
        }
    }

    /** Returns how many references have no embedding there. */
    int missing() {
        return missing;
    }

    /** Returns the best score of a probe. */
    double score(int probe) {
        return MatchFunction.score(best[probe]);
    }

    private void compare(float[] reference) {
        for (int p = 0; p < folded.length; p++) {
            best[p] = Math.max(best[p], function.foldedLogit(folded[p], reference));
        }
    }
}
