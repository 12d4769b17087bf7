package io.twinstream.deploy.bench;

import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.model.ServingModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures what the machine can do without Kafka: it decodes, embeds and identifies in a plain loop, with the thread count and
 * the batch size that do best.
 */
final class RawLimit {
    private static final List<Integer> BATCHES = List.of(8, 16, 32, 64, 128);
    private static final Duration TRIAL = Duration.ofMillis(1_500);
    private static final Duration MEASURED = Duration.ofSeconds(4);

    private final ServingModel model;
    private final Workload workload;

    /** Prepares the loop, and fills the model's gallery with the workload's references. */
    RawLimit(ServingModel model, Workload workload) {
        this.model = model;
        this.workload = workload;
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

    /** Returns the best setup of all thread counts up to the machine's, each tried with every batch size. */
    Setup best() throws InterruptedException {
        // The first time round the early ones run while what they run is compiled.
        fastest();
        return fastest();
    }

    private Setup fastest() throws InterruptedException {
        Setup best = new Setup(1, 1, 0);
        for (int threads = 1; threads <= Runtime.getRuntime().availableProcessors(); threads++) {
            for (int batch : BATCHES) {
                Setup tried =
                        new Setup(threads, batch, rate(threads, batch, TRIAL).probesPerSecond());
                best = tried.probesPerSecond() > best.probesPerSecond() ? tried : best;
            }
        }
        return best;
    }

    Rate measure(Setup setup) throws InterruptedException {
        return rate(setup.threads(), setup.batch(), MEASURED);
    }

    private Rate rate(int threads, int batch, Duration time) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            Rate.Watch watch = Rate.start();
            List<Callable<Integer>> loops = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int from = i * workload.probes().size() / threads;
                loops.add(() -> loop(batch, from, watch.startNanos() + time.toNanos()));
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
            List<float[]> found = Arrays.stream(batch.run())
                    .filter(embedding -> embedding.length > 0)
                    .toList();
            int nothing = batchSize - found.size();
            for (SearchResult search : model.gallery().identify(found, 1)) {
                judged += search.matches().size();
            }
            judged += nothing;
        }
        return judged;
    }

    private Picture decode(ImageDecoder decoder, byte[] image) {
        Decoded decoded = model.embedder().decode(decoder, image, false);
        if (decoded instanceof Picture picture) {
            return picture;
        }
        throw new IllegalArgumentException("an image of the workload can't be decoded: " + decoded);
    }

    /** Holds a thread count and a batch size, and the rate that they gave in a short trial. */
    record Setup(int threads, int batch, double probesPerSecond) {}
}
