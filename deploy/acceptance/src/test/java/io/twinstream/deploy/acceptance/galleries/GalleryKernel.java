package io.twinstream.deploy.acceptance.galleries;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Images;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures a gallery's search on one core at 256 numbers against 100,000 references, beside others that compare the same: ONNX
 * Runtime's Sub, Abs and MatMul at its best batch and slice, a search of all numbers by plain loops, and where they are there C with
 * AVX-512 and faiss. Rounds alternate, and processor time counts. What is found is compared with double precision, ties within 1e-6
 * of the score aside, among even, shipped and adverse embeddings.
 */
public final class GalleryKernel implements AcceptanceCheck {
    private static final double LEAST_OF_64 = 250;
    private static final double LEAST_OF_1 = 80;
    private static final double LEAST_TO_NATIVE = 1.1;
    private static final double LEAST_TO_ONNX = 20;
    private static final double MOST_MICROS = 10;
    private static final int ROUNDS = 7;
    private static final int WARM_UPS = 2;
    private static final int LENGTH = 256;
    private static final int REFERENCES = 100_000;
    private static final int PROBES = 10_000;
    private static final int BEST = 10;
    private static final double TIE = 1e-6;
    private static final int[] BATCHES = {1, 8, 64};
    /** Numbers of references that ONNX Runtime takes at a time, and of probes; the fastest of these counts for each batch. */
    private static final int[] SLICES = {64, 256, 512, 2048};

    private static final int[] PROBE_SLICES = {1, 8, 64};

    /** Does a batch of probes against all references. */
    private interface Pass {
        void run(float[][] probes) throws Exception;
    }

    private final Random random = new Random(7);
    private final float[] weights = new float[LENGTH];
    /** Bias that puts the best references of a probe about the middle of the scores, where these tell most. */
    private final float bias = 9;

    private final List<String> figures = new ArrayList<>();
    private boolean kept = true;

    @Override
    public Result run(Path folder) throws Exception {
        for (int d = 0; d < LENGTH; d++) {
            weights[d] = (random.nextInt(4) == 0 ? 0.2f : -0.3f) * random.nextFloat();
        }
        MatchFunction function = new MatchFunction(weights, bias);
        float[][] references = embeddings(REFERENCES);
        Gallery gallery = enrol(function, references);
        try (TemporaryFolder programs = TemporaryFolder.create("gallery-kernel")) {
            measure(function, gallery, references, NativeRivals.find(programs.path()));
        }
        int differing = differing(new DoubleSearch(weights, bias, references), gallery, embeddings(PROBES));
        require(
                differing == 0,
                "of the best %d of %,d probes %d differ from double precision's",
                BEST,
                PROBES,
                differing);
        shipped(folder);
        adverse();
        costs(function);
        return new Result(kept, String.join("; ", figures));
    }

    private void measure(MatchFunction function, Gallery gallery, float[][] references, NativeRivals rivals)
            throws Exception {
        Tiles tiles = new Tiles(function);
        for (float[] reference : references) {
            tiles.add(reference);
        }
        for (int batch : BATCHES) {
            float[][] probes = embeddings(batch);
            int[] slice = fastestSlice(references, probes);
            try (MatcherSlices onnx = new MatcherSlices(weights, references, slice[0], slice[1])) {
                double[][] rates = new double[ROUNDS][];
                for (int round = 0; round < ROUNDS; round++) {
                    rates[round] = new double[] {
                        rate(probes, Math.max(1, 512 / batch), some -> gallery.identify(List.of(some), BEST)),
                        rate(probes, Math.max(1, 16 / batch), onnx::sums),
                        rate(probes, Math.max(1, 64 / batch), some -> all(function, tiles, some)),
                        rivals.rateOfC(batch, REFERENCES, Math.max(1, 64 / batch)),
                        rivals.rateOfFaiss(batch, REFERENCES, Math.max(1, 16 / batch)),
                    };
                    System.err.printf("%d at once, round %d: %s%n", batch, round + 1, Arrays.toString(rates[round]));
                }
                judge(batch, rates, slice);
            }
        }
    }

    private void judge(int batch, double[][] rates, int[] slice) {
        double ours = median(rates, 0);
        double onnx = median(rates, 1);
        double c = median(rates, 3);
        boolean enough = batch == 1
                ? ours >= LEAST_OF_1
                : batch < 64 || ours >= Math.max(LEAST_OF_64, LEAST_TO_NATIVE * c) && ours >= LEAST_TO_ONNX * onnx;
        require(
                enough,
                "%d at once: %.1f million comparisons/s; ONNX Runtime in slices of %d x %d %.1f, ratio %.1f; all numbers by plain"
                        + " loops %.1f, ratio %.1f; C %s; faiss %s",
                batch,
                ours,
                slice[0],
                slice[1],
                onnx,
                ours / onnx,
                median(rates, 2),
                ours / median(rates, 2),
                ofRival(c),
                ofRival(median(rates, 4)));
    }

    private static String ofRival(double rate) {
        return rate > 0 ? "%.1f".formatted(rate) : "isn't there";
    }

    /** Returns the median of the rounds after those that warm up. */
    private static double median(double[][] rates, int of) {
        double[] sorted = Arrays.stream(rates)
                .skip(WARM_UPS)
                .mapToDouble(each -> each[of])
                .sorted()
                .toArray();
        return sorted[sorted.length / 2];
    }

    private int[] fastestSlice(float[][] references, float[][] probes) throws Exception {
        int[] fastest = {1, SLICES[0]};
        double best = 0;
        for (int probeSlice : PROBE_SLICES) {
            for (int slice : SLICES) {
                if (probeSlice <= probes.length) {
                    try (MatcherSlices onnx = new MatcherSlices(weights, references, probeSlice, slice)) {
                        double rate = rate(probes, 1, onnx::sums);
                        System.err.printf("ONNX Runtime, %d x %d: %.1f%n", probeSlice, slice, rate);
                        fastest = rate > best ? new int[] {probeSlice, slice} : fastest;
                        best = Math.max(best, rate);
                    }
                }
            }
        }
        return fastest;
    }

    /** Compares all numbers, and takes the largest logit of each probe. */
    private static void all(MatchFunction function, Tiles tiles, float[][] probes) {
        float[][] folded = Arrays.stream(probes).map(function::fold).toArray(float[][]::new);
        float[][] logits = new float[probes.length][MatchFunction.TILE];
        float[] best = new float[probes.length];
        Arrays.fill(best, Float.NEGATIVE_INFINITY);
        for (int tile = 0; tile < tiles.tiles(); tile++) {
            int count = tiles.logits(tile, folded, logits);
            for (int p = 0; p < probes.length; p++) {
                for (int i = 0; i < count; i++) {
                    best[p] = Math.max(best[p], logits[p][i]);
                }
            }
        }
    }

    /** Returns million comparisons per second of this thread's processor time, which others on the machine take nothing of. */
    private static double rate(float[][] probes, int passes, Pass pass) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < passes; i++) {
            pass.run(probes);
        }
        return 1e3 * passes * probes.length * REFERENCES / (threads.getCurrentThreadCpuTime() - start);
    }

    /** Measures embeddings of the shipped model, whose components weigh and spread as learned. */
    private void shipped(Path folder) throws Exception {
        VariedDrawings drawings = new VariedDrawings(Images.read(folder));
        ModelPackage model = ShippedModel.read("");
        MatchFunction function = MatchFunction.of(model);
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
            float[][] all = new float[REFERENCES + BATCHES[2]][];
            for (int from = 0; from < all.length; from += 500) {
                List<Picture> pictures = IntStream.range(from, Math.min(all.length, from + 500))
                        .mapToObj(i -> (Picture)
                                decoder.decode(drawings.png(i), embedder.input().channels()))
                        .toList();
                float[][] embedded = embedder.embedAll(pictures);
                System.arraycopy(embedded, 0, all, from, embedded.length);
            }
            Gallery gallery = enrol(function, Arrays.copyOf(all, REFERENCES));
            for (int batch : BATCHES) {
                float[][] probes = Arrays.copyOfRange(all, REFERENCES, REFERENCES + batch);
                double[][] rates = new double[ROUNDS][1];
                for (double[] round : rates) {
                    round[0] = rate(probes, Math.max(1, 512 / batch), some -> gallery.identify(List.of(some), BEST));
                }
                figure(
                        "embeddings of %s, %d numbers, %d at once: %.1f",
                        model.manifest().name(), function.length(), batch, median(rates, 0));
            }
        }
    }

    /** Looks for the best among embeddings that codes tell little of. */
    private void adverse() {
        int count = 3_000;
        Map<String, float[][]> kinds = Map.of(
                "near ties", drawn(count, (row, d) -> 0.5f + 1e-7f * random.nextInt(4)),
                "all equal", drawn(count, (row, d) -> d / 256f),
                "one outlier dimension", drawn(count, (row, d) -> random.nextFloat() * (d == 3 ? 1e4f : 1)),
                "subnormal numbers", drawn(count, (row, d) -> Float.MIN_VALUE * random.nextInt(100)));
        kinds.forEach((kind, embeddings) -> {
            float[][] references = Arrays.copyOf(embeddings, count - 100);
            Gallery gallery = enrol(new MatchFunction(weights, bias), references);
            float[][] probes = Arrays.copyOfRange(embeddings, count - 100, count);
            int differing = differing(new DoubleSearch(weights, bias, references), gallery, probes);
            require(differing == 0, "%s: %d differ", kind, differing);
        });
    }

    private void costs(MatchFunction function) {
        GalleryCosts costs = new GalleryCosts(function);
        for (int size : new int[] {1_000, REFERENCES}) {
            costs.grow(size);
            double[] micros = costs.micros();
            require(
                    micros[0] <= MOST_MICROS && micros[1] <= MOST_MICROS,
                    "among %,d enrolling takes %.1f us and erasing %.1f us",
                    size,
                    micros[0],
                    micros[1]);
        }
    }

    private static Gallery enrol(MatchFunction function, float[][] references) {
        Gallery gallery = new Gallery(function);
        for (int i = 0; i < references.length; i++) {
            gallery.put(new ReferenceKey("s" + i, "r"), references[i]);
        }
        return gallery;
    }

    private static int differing(DoubleSearch exact, Gallery gallery, float[][] probes) {
        double[][] expected = exact.best(probes, BEST);
        List<SearchResult> found = gallery.identify(List.of(probes), BEST);
        return (int) IntStream.range(0, probes.length * BEST)
                .filter(i -> {
                    Match match = found.get(i / BEST).matches().get(i % BEST);
                    int reference =
                            Integer.parseInt(match.reference().subjectId().substring(1));
                    double of = exact.score(probes[i / BEST], reference);
                    return Math.abs(of - MatchFunction.score(expected[i / BEST][i % BEST])) > TIE;
                })
                .count();
    }

    private float[][] embeddings(int count) {
        return drawn(count, (row, d) -> random.nextFloat());
    }

    /** Draws a value. */
    private interface Value {
        float of(int row, int component);
    }

    private static float[][] drawn(int count, Value value) {
        float[][] drawn = new float[count][LENGTH];
        for (int row = 0; row < count; row++) {
            for (int d = 0; d < LENGTH; d++) {
                drawn[row][d] = value.of(row, d);
            }
        }
        return drawn;
    }

    private void require(boolean holds, String format, Object... values) {
        kept &= holds;
        figure(format + (holds ? "" : " (MISSED)"), values);
    }

    private void figure(String format, Object... values) {
        figures.add(format.formatted(values));
        System.err.println(figures.get(figures.size() - 1));
    }
}
