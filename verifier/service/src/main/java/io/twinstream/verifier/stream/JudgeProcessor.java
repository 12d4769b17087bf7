package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Standstill;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.DeadLetterHeaders;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.lookahead.ProbeInFlight;
import io.twinstream.verifier.match.KeptNumbers.UnreadableNumbersException;
import io.twinstream.verifier.model.ModelChoice;
import io.twinstream.verifier.model.ModelChoice.ModelLease;
import io.twinstream.verifier.model.ModelChoice.VersionUnavailableException;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.standstill.Standstills;
import io.twinstream.verifier.stream.Judge.Judgement;
import io.twinstream.verifier.tracing.ProbeSpan;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The judge processor turns each probe into one verdict, partial where the gallery has shards, or one dead letter,
 * before it looks at the next:
 *
 * <ol>
 * <li>A probe that two threads stood still on, in processes that ended for it, is set aside unread.
 * <li>The version that its append time names embeds it, together with those that follow it, and judges it.
 * <li>The version in the shadow, if there is one, says what it would have said.
 * <li>The verdict or the dead letter is forwarded, then counted. </ol>
 *
 * <p>A record that can't be judged is data. An exception from here is the verifier's own trouble and stops the thread.
 * Whatever happens in the shadow, the verdict stands.
 */
final class JudgeProcessor implements Processor<byte[], byte[], byte[], byte[]> {
    private static final Logger log = LoggerFactory.getLogger(JudgeProcessor.class);

    /** This is the number of standstills on one probe after which it is judged no more. */
    private static final int MOST_STANDSTILLS = 2;

    private final ModelChoice versions;
    private final LookAheads lookAheads;
    private final Standstills standstills;
    private final Judge judge;
    private final ProbeResults results;
    private final Shard shard;
    private final PartialVerdicts partials;
    private final String topic;

    // Set by init, which Streams calls before anything else.
    @SuppressWarnings("NullAway.Init")
    private ProcessorContext<byte[], byte[]> context;

    @SuppressWarnings("NullAway.Init")
    private LookAheads.OfThread lookAhead;

    @SuppressWarnings("NullAway.Init")
    private TopicPartition partition;

    private long assignedNanos;
    private boolean caughtUp;

    JudgeProcessor(
            String topic,
            ModelChoice versions,
            LookAheads lookAheads,
            Standstills standstills,
            Judge judge,
            ProbeResults results,
            Shard shard) {
        this.topic = topic;
        this.versions = versions;
        this.lookAheads = lookAheads;
        this.standstills = standstills;
        this.judge = judge;
        this.results = results;
        this.shard = shard;
        this.partials = new PartialVerdicts(shard);
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> processorContext) {
        context = processorContext;
        lookAhead = lookAheads.ofThisThread();
        partition = new TopicPartition(topic, context.taskId().partition());
        assignedNanos = System.nanoTime();
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long offset = context.recordMetadata().orElseThrow().offset();
        if (!caughtUp) {
            standstills.await(assignedNanos);
            caughtUp = true;
        }
        ProbeInFlight probe = lookAhead.probes().turn(partition, offset, record.headers());
        Instant appendedAt = Instant.ofEpochMilli(record.timestamp());
        try (ProbeSpan span = probe.span().begin()) {
            process(inTime(record), probe, appendedAt, span);
        } finally {
            lookAhead.activity().done();
            lookAhead.probes().passed(partition, offset);
        }
    }

    /** Returns the record with a time that its result can have. */
    private Record<byte[], byte[]> inTime(Record<byte[], byte[]> record) {
        long time = ResultTime.bounded(record.timestamp(), context.currentSystemTimeMs());
        return time == record.timestamp() ? record : record.withTimestamp(time);
    }

    private void process(Record<byte[], byte[]> record, ProbeInFlight probe, Instant appendedAt, ProbeSpan span) {
        ProbePlace place = probe.place();
        Standstill noted = standstills.last(place, appendedAt).orElse(null);
        if (noted != null && noted.getTimes() >= MOST_STANDSTILLS) {
            reject(record, place, stuck(noted), span);
            return;
        }
        Judgement judgement;
        try (ModelLease version = versions.serving(appendedAt)) {
            lookAhead.activity().workingOn(place);
            PreparedProbe prepared = lookAhead.serving().prepare(version, probe, record.value());
            if (prepared instanceof PreparedProbe.Rejected rejected) {
                reject(record, place, rejected, span);
                return;
            }
            lookAhead.activity().workingOn(place);
            long start = System.nanoTime();
            judgement = judged(version, probe, (PreparedProbe.Embedded) prepared, appendedAt);
            long took = System.nanoTime() - start;
            results.judged(took);
            span.matched(took);
        }
        // If a thread stood still on the probe, that may have been the shadow's fault, and a verdict needs no shadow.
        Judgement would = noted == null ? shadow(probe, appendedAt, record.value()) : null;
        lookAhead.activity().done();
        if (shard.isWhole()) {
            Verdict verdict = results.verdict(judgement.verdict(), would == null ? null : would.verdict());
            forward(results.record(record, verdict), span);
            results.count(verdict);
        } else {
            forward(partials.record(record, place, judgement, would), span);
        }
        span.judged(judgement.verdict());
    }

    /** Judges a probe. Where the gallery can't be read any more, the version is opened anew, and the probe waits for it. */
    private Judgement judged(
            ModelLease version, ProbeInFlight probe, PreparedProbe.Embedded prepared, Instant appendedAt) {
        try {
            PreparedProbe.Embedded embedded = lookAhead.serving().searched(version.model(), probe, prepared);
            return judge.judgement(version.model(), embedded, probe.place(), appendedAt);
        } catch (UnreadableNumbersException e) {
            String why = String.valueOf(e.getMessage());
            version.reopen(why);
            throw new VersionUnavailableException(why, false);
        }
    }

    /**
     * Returns what the version in the shadow would say of a probe, or null if there is none, or it is not ready, or has
     * failed.
     */
    private @Nullable Judgement shadow(ProbeInFlight probe, Instant appendedAt, byte @Nullable [] value) {
        Optional<ModelLease> shadow = versions.shadow(appendedAt);
        if (shadow.isEmpty()) {
            return null;
        }
        try (ModelLease version = shadow.get()) {
            try {
                PreparedProbe prepared = lookAhead.shadow().prepare(version, probe, value);
                if (prepared instanceof PreparedProbe.Rejected rejected
                        && rejected.reason().equals(DeadLetterHeaders.STUCK)) {
                    throw new IllegalStateException(rejected.message());
                }
                if (!(prepared instanceof PreparedProbe.Embedded embedded)) {
                    return null;
                }
                PreparedProbe.Embedded searched = lookAhead.shadow().searched(version.model(), probe, embedded);
                return judge.judgement(version.model(), searched, probe.place(), appendedAt);
            } catch (UnreadableNumbersException e) {
                version.reopen(String.valueOf(e.getMessage()));
                return null;
            } catch (RuntimeException e) {
                log.warn(
                        "the shadow {}/{} has failed on the probe {} and is left out from now on; verdicts go on without it: {}",
                        version.model().manifest().name(),
                        version.model().manifest().version(),
                        probe.place(),
                        e.toString());
                version.refuse("it failed on a probe: " + e.getMessage());
                return null;
            }
        }
    }

    private static PreparedProbe.Rejected stuck(Standstill last) {
        return new PreparedProbe.Rejected(
                DeadLetterHeaders.STUCK,
                "a verifier's thread stood still on it %d times, the last time at %s on %s"
                        .formatted(last.getTimes(), last.getTime(), last.getInstance()));
    }

    private void forward(Record<byte[], byte[]> result, ProbeSpan span) {
        span.inject(result.headers());
        context.forward(result, JudgeTopology.VERDICTS);
    }

    private void reject(
            Record<byte[], byte[]> record, ProbePlace place, PreparedProbe.Rejected rejected, ProbeSpan span) {
        span.rejected(rejected.reason());
        // The other shards may judge a probe that one stands still on, so each reports its own standstill.
        if (rejected.reason().equals(DeadLetterHeaders.STUCK) || shard.reports(place.partition(), place.offset())) {
            Record<byte[], byte[]> letter =
                    results.deadLetter(record, partition, place.offset(), rejected, ProbeIds.of(record.value()));
            span.inject(letter.headers());
            context.forward(letter, JudgeTopology.DEAD_LETTERS);
            results.countDeadLetter(rejected.reason());
        }
    }

    @Override
    public void close() {
        lookAhead.probes().forget(partition);
    }
}
