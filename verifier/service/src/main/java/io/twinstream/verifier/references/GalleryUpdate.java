package io.twinstream.verifier.references;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.kafka.UnusableRecords;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.text.ForeignText;
import io.twinstream.schemas.topic.Ids;
import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.embeddings.EmbeddingStore;
import io.twinstream.verifier.gallery.Gallery;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.ReferenceWorker.Embedded;
import io.twinstream.verifier.references.ReferenceWorker.KeyedRecord;
import io.twinstream.verifier.references.ReferenceWorker.Outcome;
import io.twinstream.verifier.references.ReferenceWorker.Refused;
import io.twinstream.verifier.references.UnusableReferences.Unusable;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.Shard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A gallery update applies records of the references topic to a model's gallery. The last record of a key counts, and
 * across partitions the one that {@link Position#holdsAgainst} names. A reference that can't be used, or whose picture
 * the model can't judge, is logged, and its key is erased, since the topic says that it was replaced. For one thread.
 *
 * <p>Before the gallery is built for the first time, {@link ReferenceWorkers} embed the references of a poll on as many
 * threads as the share allows; later, the calling thread alone does. All decisions are the calling thread's, in the order
 * of the topic. A gallery is the same to the bit on any number of threads.
 */
public final class GalleryUpdate implements TopicFollower.Handler, AutoCloseable {
    /**
     * The most records that are best applied at once. Threads wait for each other at the end, so fewer cost more; an
     * erasure waits for those that were read before.
     */
    public static final int CONVENIENT_RECORDS = 2_000;

    private static final Logger log = LoggerFactory.getLogger(GalleryUpdate.class);

    /** The most erasures that are remembered, for records of other partitions that are read later. */
    private static final int MOST_ERASED = 100_000;

    /** A build of so many references leaves much garbage. */
    private static final int LARGE = 100_000;

    private static final double NANOS = 1e9;
    private static final long BETWEEN_LINES_NANOS = TimeUnit.SECONDS.toNanos(10);

    /**
     * A candidate is a record that may become its key's in the gallery.
     *
     * @param name the record's key, composed
     * @param key the same; null if it is no reference's key
     * @param fault why it is none
     * @param enrolled whether there is a reference of this key in the gallery
     */
    private record Candidate(
            String name,
            @Nullable ReferenceKey key,
            @Nullable String fault,
            ConsumerRecord<String, byte[]> record,
            Position position,
            boolean enrolled) {
        boolean isErasure() {
            return record.value() == null;
        }

        boolean hasNoKey() {
            return record.value() != null && key == null;
        }

        boolean mayBeEnrolled() {
            return record.value() != null && key != null;
        }

        /** Returns the one of two records of a key, in the order of reading, that holds. */
        Candidate or(Candidate later) {
            return position.holdsAgainst(later.position) ? this : later;
        }
    }

    private final ServingModel model;
    private final WorkShare share;
    private final Shard shard;
    private final Supplier<EmbeddingStore> opener;
    private final ReferenceWorkers workers;
    private @Nullable EmbeddingStore store;
    private final UnusableReferences unusable = new UnusableReferences();
    private final Map<String, Position> erased = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Position> eldest) {
            return size() > MOST_ERASED;
        }
    };
    private volatile boolean stopped;
    private volatile long movedNanos = System.nanoTime();
    private long workedFromNanos;
    private @Nullable FirstBuild build = new FirstBuild();

    /** Creates an update that works on the calling thread alone, keeps no embeddings and holds all shards. */
    public GalleryUpdate(ServingModel model, ImageLimits limits) {
        this(
                model,
                limits,
                new WorkShare(1, 1, () -> false),
                Shard.WHOLE,
                () -> new EmbeddingFolder("").open("", model.matchFunction().foldedLength()));
    }

    /**
     * Creates an update.
     *
     * @param shard the shard whose references are applied; others are passed over
     * @param store opens the store of the model's embeddings when it is first needed
     */
    public GalleryUpdate(
            ServingModel model, ImageLimits limits, WorkShare share, Shard shard, Supplier<EmbeddingStore> store) {
        this.share = share;
        this.shard = shard;
        this.opener = store;
        this.model = model;
        this.workers = new ReferenceWorkers(
                share.processors(), () -> new ReferenceWorker(model, limits, this::openStore, this::moved));
    }

    /** Returns the references that the model can't use. Safe for many threads. */
    public UnusableReferences unusable() {
        return unusable;
    }

    /** Applies the records in order. */
    @Override
    public void apply(ConsumerRecords<String, byte[]> records) {
        apply((Iterable<ConsumerRecord<String, byte[]>>) records);
    }

    /** Applies the records in order. */
    public void apply(Iterable<ConsumerRecord<String, byte[]>> records) {
        workedFromNanos = System.nanoTime();
        Map<String, Candidate> last = new LinkedHashMap<>();
        for (ConsumerRecord<String, byte[]> record : records) {
            Candidate candidate = candidate(record);
            if (candidate != null) {
                last.merge(candidate.name(), candidate, Candidate::or);
            }
        }
        // Erasures go first, since they must not wait for the embedding of others.
        last.values().stream().filter(Candidate::isErasure).forEach(each -> {
            replaced(each);
            erase(each);
        });
        last.values().stream().filter(Candidate::hasNoKey).forEach(each -> {
            replaced(each);
            unusable(each, UnusableReferences.NOT_A_REFERENCE, each.fault());
        });
        enrol(last.values().stream().filter(Candidate::mayBeEnrolled).toList());
    }

    /** Returns the record as a candidate, or null if it is of another shard, or one that was read before holds against it. */
    private @Nullable Candidate candidate(ConsumerRecord<String, byte[]> record) {
        String name = name(record);
        if (!shard.holds(ReferenceKey.subject(name))) {
            return null;
        }
        Position position = Position.of(record);
        Position erasure = erased.get(name);
        if (erasure != null && erasure.holdsAgainst(position)) {
            return null;
        }
        try {
            ReferenceKey key = ReferenceKey.parse(name);
            // What was erased isn't enrolled.
            Position enrolled = erasure == null ? model.gallery().position(key).orElse(null) : null;
            return enrolled != null && enrolled.holdsAgainst(position)
                    ? null
                    : new Candidate(name, key, null, record, position, enrolled != null);
        } catch (IllegalArgumentException e) {
            return new Candidate(name, null, e.getMessage(), record, position, false);
        }
    }

    /**
     * Returns the record's key composed (Unicode NFC). A key that is written in both forms is one reference, whose
     * youngest record holds.
     */
    private static String name(ConsumerRecord<String, byte[]> record) {
        return Ids.normal(String.valueOf(record.key()));
    }

    /** Has the references embedded, a slice at a time, and enrols them in their order. */
    private void enrol(List<Candidate> references) {
        int threads = build == null ? 1 : share.threads();
        List<List<Candidate>> slices = new ArrayList<>();
        List<Supplier<List<Outcome>>> working = new ArrayList<>();
        for (int from = 0; from < references.size(); from += ReferenceWorker.SLICE) {
            List<Candidate> slice = references.subList(from, Math.min(from + ReferenceWorker.SLICE, references.size()));
            List<KeyedRecord> work = slice.stream()
                    .map(each -> new KeyedRecord(Objects.requireNonNull(each.key()), each.record()))
                    .toList();
            slices.add(slice);
            working.add(threads > 1 ? workers.begin(work) : () -> workers.work(work));
        }
        for (int i = 0; i < slices.size() && !stopped; i++) {
            List<Outcome> outcomes = working.get(i).get();
            for (int each = 0; each < outcomes.size(); each++) {
                settle(slices.get(i).get(each), outcomes.get(each));
            }
            if (build != null) {
                build.read(outcomes.size(), threads);
            }
            paced();
        }
    }

    private void settle(Candidate candidate, Outcome outcome) {
        if (outcome instanceof Embedded embedded) {
            replaced(candidate);
            enrol(candidate, embedded);
        } else if (outcome instanceof Refused refused) {
            replaced(candidate);
            unusable(candidate, refused.reason(), refused.message());
            erase(candidate);
        }
    }

    /** Forgets what was known of a key, since a record replaces it. */
    private void replaced(Candidate candidate) {
        unusable.remove(ForeignText.value(candidate.name()));
        erased.remove(candidate.name());
    }

    /** Notes progress. Any thread may call this. */
    private void moved() {
        movedNanos = System.nanoTime();
    }

    private void paced() {
        moved();
        share.worked(System.nanoTime() - workedFromNanos);
        workedFromNanos = System.nanoTime();
    }

    @Override
    public OptionalLong movedNanos() {
        return OptionalLong.of(movedNanos);
    }

    /** Ends the first build: all references are enrolled, so embeddings that are kept for others are erased. */
    @Override
    public synchronized void caughtUp() {
        if (!stopped) {
            store().complete();
            tellWhatIsMissing();
            if (build != null) {
                build.done();
            }
        }
        build = null;
        workers.keepOne();
    }

    /**
     * Ends the use of the model: when this returns no batch runs, and none will, and no embedding is written any more. It waits
     * for a batch no longer than for the node of the graph that runs. Any thread may call this.
     */
    public void stop() {
        stopped = true;
        workers.end();
        synchronized (this) {
            if (store != null) {
                store.end();
            }
        }
    }

    /** Stops the update, and lets go of the store, which the gallery reads until then. Nobody is to search the gallery any more. */
    @Override
    public void close() {
        stop();
        synchronized (this) {
            if (store != null) {
                store.close();
            }
        }
    }

    private synchronized EmbeddingStore store() {
        if (store == null) {
            store = opener.get();
        }
        return store;
    }

    /** Returns the store, or null once the update was stopped. Any thread may call this. */
    private synchronized @Nullable EmbeddingStore openStore() {
        return stopped ? null : store();
    }

    private synchronized void enrol(Candidate candidate, Embedded embedded) {
        ReferenceKey key = candidate.key();
        if (stopped || key == null) {
            return;
        }
        int place = embedded.place() == EmbeddingStore.NONE
                ? store().keep(embedded.hash(), embedded.folded())
                : embedded.place();
        int before = candidate.enrolled() ? model.gallery().place(key) : Gallery.NO_PLACE;
        model.gallery().putFolded(key, embedded.folded(), candidate.position(), place, store());
        store().erase(before);
    }

    private synchronized void erase(Candidate candidate) {
        ReferenceKey key = candidate.key();
        if (key == null) {
            return;
        }
        erased.put(key.name(), candidate.position());
        int place = model.gallery().place(key);
        model.gallery().erase(key);
        if (!stopped) {
            store().erase(place);
        }
    }

    private String name() {
        return model.manifest().name() + "/" + model.manifest().version();
    }

    /** Logs, once the gallery is built, how many references can't be used. */
    private void tellWhatIsMissing() {
        UnusableReferences.Count count = unusable.count();
        int all = count.all() + model.gallery().size();
        int out = count.byReason().getOrDefault(UndecidedCause.OUT_OF_DOMAIN.name(), 0);
        if (out > 0) {
            log.warn("{}", DomainRule.advice(out, all, "references", name()));
        }
        if (count.all() > out) {
            log.warn("{} can't use {} of {} references, by reason: {}", name(), count.all(), all, count.byReason());
        }
    }

    private void unusable(Candidate candidate, String reason, @Nullable String message) {
        unusable.put(new Unusable(ForeignText.value(candidate.name()), reason, ForeignText.line(message)));
        UnusableRecords.RECORDS.tell(log, candidate.record(), "a reference", reason + ": " + message);
    }

    /** A first build counts the references that it has read, and says in the log how fast that goes. */
    private final class FirstBuild {
        private final long begunNanos = System.nanoTime();
        private long saidNanos = begunNanos;
        private int references;
        private int threads = 1;

        void read(int count, int onThreads) {
            references += count;
            threads = Math.max(threads, onThreads);
            if (System.nanoTime() - saidNanos > BETWEEN_LINES_NANOS) {
                saidNanos = System.nanoTime();
                say("{}: {} references are read after {} s, {} a second on {}");
            }
        }

        /**
         * Says how long it took. After a large build it asks for a garbage collection, since G1 has made the heap larger than
         * a verifier needs that goes on with hardly any garbage.
         */
        void done() {
            if (references > 0) {
                say("{}: all {} references were read within {} s, {} a second on {}");
            }
            if (references >= LARGE) {
                System.gc();
            }
        }

        private void say(String line) {
            double seconds = (System.nanoTime() - begunNanos) / NANOS;
            log.info(
                    line,
                    name(),
                    references,
                    "%.1f".formatted(seconds),
                    Math.round(references / seconds),
                    threads == 1 ? "one thread" : threads + " threads");
        }
    }

    /**
     * A work share bounds which share of the machine's processors a piece of background work takes, by pausing after
     * each part of it.
     */
    public static final class WorkShare {
        private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);

        private final double pausePerWork;
        private final int processors;
        private final BooleanSupplier bounded;

        /**
         * Creates the share of a work that one thread does while it is bounded, and as many as there are processors while
         * it isn't.
         *
         * @param share the share of all processors, above 0 and at most 1
         * @param bounded returns false while the work may take all that it can get
         */
        public WorkShare(double share, int processors, BooleanSupplier bounded) {
            this.pausePerWork = Math.max(0, 1 / (share * processors) - 1);
            this.processors = processors;
            this.bounded = bounded;
        }

        int processors() {
            return processors;
        }

        /** Returns how many threads may do the work now. */
        int threads() {
            return bounded.getAsBoolean() ? 1 : processors;
        }

        /** Pauses in proportion to the work that was just done; an interrupt ends the pause. */
        void worked(long nanos) {
            if (bounded.getAsBoolean()) {
                long until = System.nanoTime() + pause(nanos);
                while (until > System.nanoTime() && !Thread.currentThread().isInterrupted()) {
                    LockSupport.parkNanos(until - System.nanoTime());
                }
            }
        }

        long pause(long workNanos) {
            return Math.min((long) (workNanos * pausePerWork), LONGEST_PAUSE_NANOS);
        }
    }
}
