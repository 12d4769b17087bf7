package io.twinstream.verifier.feed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A verdict sample is one of the undecoded records that came since the last look, each as likely as any other, at most
 * {@value #MOST}. Safe for two threads.
 *
 * @see <a href="https://doi.org/10.1145/3147.3165">Vitter, Random sampling with a reservoir, 1985, algorithm R</a>
 */
final class VerdictSample {
    static final int MOST = 500;

    private final RandomGenerator random;

    @GuardedBy("this")
    private List<ConsumerRecord<String, byte[]>> kept = new ArrayList<>();

    @GuardedBy("this")
    private int seen;

    VerdictSample(RandomGenerator random) {
        this.random = random;
    }

    synchronized void add(ConsumerRecord<String, byte[]> record) {
        seen++;
        if (kept.size() < MOST) {
            kept.add(record);
            return;
        }
        int place = random.nextInt(seen);
        if (place < MOST) {
            kept.set(place, record);
        }
    }

    /** Returns the sample and begins a new one. */
    synchronized List<ConsumerRecord<String, byte[]>> take() {
        List<ConsumerRecord<String, byte[]>> taken = kept;
        kept = new ArrayList<>();
        seen = 0;
        return taken;
    }
}
