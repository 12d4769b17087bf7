package io.twinstream.ingest.answer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.twinstream.ingest.answer.ReadResult.Said;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for what becomes of one probe. It begins before the probe is sent, since a verdict may come before the broker's
 * acknowledgement. What comes of its id is kept until {@link #sent} tells which record is its own. For many threads.
 */
public final class ProbeWait {
    /** Results of other records of the id that are kept until the wait's own is known. */
    private static final int MOST_EARLY = 16;

    private final String probeId;
    private final CompletableFuture<ProbeAnswer> answer = new CompletableFuture<>();
    private volatile Supplier<String> trouble = () -> "";

    @GuardedBy("this")
    private boolean placed;

    @GuardedBy("this")
    private @Nullable RecordPlace place;

    @GuardedBy("this")
    private final Deque<Said> early = new ArrayDeque<>(0);

    private ProbeWait(String probeId, boolean placed) {
        this.probeId = probeId;
        this.placed = placed;
    }

    /** Makes a wait for the result of a record that is yet to be sent. */
    static ProbeWait ofRecord(String probeId) {
        return new ProbeWait(probeId, false);
    }

    /** Makes a wait for the next result of an id, whichever record it is of. */
    static ProbeWait ofId(String probeId) {
        return new ProbeWait(probeId, true);
    }

    String probeId() {
        return probeId;
    }

    /** Returns what has become of the probe, once that is known or the wait is over; it never fails. */
    public CompletableFuture<ProbeAnswer> answer() {
        return answer.thenApply(
                each -> each == ProbeAnswer.Outstanding.IN_TIME ? new ProbeAnswer.Outstanding(trouble.get()) : each);
    }

    /** Runs something on whatever thread ends the wait. */
    void whenOver(Consumer<ProbeAnswer> then) {
        var unused = answer.thenAccept(then);
    }

    /**
     * Ends the wait once this time is over.
     *
     * @param why tells then why nothing could come; an empty text where it could
     */
    void within(Duration time, Supplier<String> why) {
        trouble = why;
        var unused = answer.completeOnTimeout(ProbeAnswer.Outstanding.IN_TIME, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Notes that the broker has acknowledged the probe.
     *
     * @param offset the record's offset; where it is negative, the first result of the id is taken
     */
    public void sent(int partition, long offset) {
        Optional<Said> own;
        synchronized (this) {
            place = offset < 0 ? null : new RecordPlace(partition, offset);
            placed = true;
            own = early();
            early.clear();
        }
        own.ifPresent(said -> answer.complete(said.answer()));
    }

    /** Ends the wait for a probe that was not sent. */
    public void abandon() {
        end("");
    }

    void end(String why) {
        answer.complete(why.isEmpty() ? ProbeAnswer.Outstanding.IN_TIME : new ProbeAnswer.Outstanding(why));
    }

    /** Takes a result of this wait's id, or passes it over where it is another record's. */
    void offer(Said said) {
        synchronized (this) {
            if (!placed) {
                if (early.size() == MOST_EARLY) {
                    early.removeFirst();
                }
                early.addLast(said);
                return;
            }
            if (!isOwn(said)) {
                return;
            }
        }
        answer.complete(said.answer());
    }

    @GuardedBy("this")
    private Optional<Said> early() {
        for (Said each : early) {
            if (isOwn(each)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    @GuardedBy("this")
    private boolean isOwn(Said said) {
        return place == null || said.place() == null || place.equals(said.place());
    }
}
