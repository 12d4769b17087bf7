package io.twinstream.deploy.bench;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.model.ServingModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures what the machine can do without Kafka: it decodes, embeds, checks and identifies in a plain loop, which is all that
 * a verdict takes. Thread count, batch and the size of the runs that a batch is cut into are those that do best.
 */
final class RawLimit {
    private static final List<Integer> BATCHES = List.of(8, 16, 32, 64, 128);
    private static final int LARGEST = 128;
    private static final Duration TRIAL = Duration.ofMillis(1_500);
    private static final int FINALISTS = 3;
    private static final Duration MEASURED = Duration.ofSeconds(4);

    private final ServingModel model;
    private final Workload workload;
    /** Is the size of runs that the verifier would measure to be the best. */
    private final int cut;

    /** Prepares the loop, and fills the model's gallery with the workload's references. */
    RawLimit(ServingModel model, Workload workload) {
        this.model = model;
        this.workload = workload;
        this.cut =
                model.embedder().measureCut(LARGEST, new EmbedBatch.Buffers()).best();
        ImageDecoder decoder = ImageDecoder.overwriting(ImageLimits.DEFAULT);
        for (int i = 0; i < workload.references().size(); i++) {
            Picture picture = decode(decoder, workload.references().get(i));
            float[] embedding = model.embedder().embedAll(List.of(picture))[0];
            if (embedding.length == 0) {
                throw new IllegalArgumentException(
                        "the model's locator finds nothing in reference %d of the workload: give images that show it something by --images"
                                .formatted(i + 1));
            }
            model.gallery().put(new ReferenceKey("subject-" + i, "1"), embedding);
        }
    }

    /**
     * Returns the fastest few of all setups: all thread counts up to the machine's, each tried with every batch, cut and whole.
     * One trial of each is too short to tell these apart, so {@link #best} does.
     */
    List<Setup> finalists() throws InterruptedException {
        // The first time round the early ones run while what they run is compiled.
        tried();
        return tried().stream()
                .sorted(Comparator.comparingDouble(Setup::probesPerSecond).reversed())
                .limit(FINALISTS)
                .toList();
    }

    private List<Setup> tried() throws InterruptedException {
        List<Setup> tried = new ArrayList<>();
        for (int threads = 1; threads <= Runtime.getRuntime().availableProcessors(); threads++) {
            for (int batch : BATCHES) {
                for (int run : new TreeSet<>(List.of(Math.min(cut, batch), batch))) {
                    double rate = rate(new Setup(threads, batch, run, 0), TRIAL).probesPerSecond();
                    tried.add(new Setup(threads, batch, run, rate));
                }
            }
        }
        return tried;
    }

    /** Returns the best of some setups. */
    Setup best(List<Setup> finalists) throws InterruptedException {
        return Finals.winner(finalists, setup -> rate(setup, TRIAL).probesPerSecond());
    }

    Rate measure(Setup setup) throws InterruptedException {
        return rate(setup, MEASURED);
    }

    private Rate rate(Setup setup, Duration time) throws InterruptedException {
        int threads = setup.threads();
        model.embedder().cut(setup.run());
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Rate.Watch watch = Rate.start();
            List<Callable<Integer>> loops = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int from = i * workload.probes().size() / threads;
                loops.add(() -> loop(setup.batch(), from, watch.startNanos() + time.toNanos()));
            }
            int judged = 0;
            for (Future<Integer> done : pool.invokeAll(loops)) {
                judged += done.get();
            }
            return watch.stop(judged);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the raw loop failed: " + e.getCause(), e);
        } finally {
            pool.shutdownNow();
        }
    }

    private int loop(int batchSize, int from, long end) {
        ImageDecoder decoder = ImageDecoder.overwriting(ImageLimits.DEFAULT);
        EmbedBatch batch = model.embedder().newBatch(batchSize);
        int judged = 0;
        while (System.nanoTime() < end) {
            for (int i = 0; i < batchSize; i++) {
                batch.add(decode(decoder, workload.probe(from + judged + i)));
            }
            List<float[]> searched = searched(batch.runEach(batchSize, Long.MAX_VALUE));
            int undecided = batchSize - searched.size();
            for (SearchResult search : model.gallery().identify(searched, 1)) {
                judged += search.matches().size();
            }
            judged += undecided;
        }
        return judged;
    }

    /** Returns the embeddings that a verifier would search for. */
    private List<float[]> searched(Embeddings embeddings) {
        List<float[]> searched = new ArrayList<>(embeddings.size());
        for (int picture = 0; picture < embeddings.size(); picture++) {
            float[] embedding = embeddings.get(picture);
            if (embedding != null && !model.domain().refuses(embeddings.cause(picture))) {
                searched.add(embedding);
            }
        }
        return searched;
    }

    private Picture decode(ImageDecoder decoder, byte[] image) {
        Decoded decoded = model.embedder().decode(decoder, image, false);
        if (decoded instanceof Picture picture) {
            return picture;
        }
        throw new IllegalArgumentException("an image of the workload can't be decoded: " + decoded);
    }

    /**
     * Says how the loop runs.
     *
     * @param batch pictures that are decoded, embedded and searched for together
     * @param run images that the embedder is run on at once, at most a batch
     * @param probesPerSecond the rate in a short trial
     */
    record Setup(int threads, int batch, int run, double probesPerSecond) {}
}
