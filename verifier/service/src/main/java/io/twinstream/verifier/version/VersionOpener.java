package io.twinstream.verifier.version;

import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.ModelLog;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.embeddings.EmbeddingFolder;
import io.twinstream.verifier.inference.BatchTimes;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.model.PrecisionChoice;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.references.GalleryUpdate;
import io.twinstream.verifier.references.GalleryUpdate.WorkShare;
import io.twinstream.verifier.settings.DomainRule;
import io.twinstream.verifier.settings.InferenceSettings;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VersionSettings;
import io.twinstream.verifier.trial.ModelTrial;
import io.twinstream.verifier.trial.SelfTest;
import io.twinstream.verifier.version.VersionPlan.VersionKey;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A version opener has the steps that bring one version from its release to a gallery that follows the references, as
 * this verifier's settings say.
 */
final class VersionOpener {
    private static final Logger log = LoggerFactory.getLogger(VersionOpener.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final VersionSettings settings;
    private final KafkaClients clients;
    private final Topics topics;
    private final ServiceThreads threads;
    private final ModelLog modelLog;
    private final PackageCache cache;
    private final ModelTrial trial;
    private final ImageLimits limits;
    private final PrecisionChoice precisions;
    private final Shard shard;
    private final EmbeddingFolder embeddings;
    /** Holds the warm-up buffers that the threads that open versions use one after the other. */
    private final Queue<EmbedBatch.Buffers> warming = new ConcurrentLinkedQueue<>();

    /**
     * Creates an opener.
     *
     * @param shard the part of the gallery that versions keep
     * @param keeping whether embeddings are kept in the folder of the settings
     */
    VersionOpener(
            VersionSettings settings,
            KafkaClients clients,
            Topics topics,
            ServiceThreads threads,
            ModelLog modelLog,
            PrecisionChoice precisions,
            Shard shard,
            boolean keeping) {
        this.threads = threads;
        this.settings = settings;
        this.clients = clients;
        this.topics = topics;
        this.modelLog = modelLog;
        this.cache = new PackageCache(clients, topics, settings.models());
        this.trial = new ModelTrial(
                settings.models().trial(),
                settings.models().trialBytes(),
                settings.inference().batchMax());
        this.precisions = precisions;
        this.limits = settings.images();
        this.shard = shard;
        this.embeddings = new EmbeddingFolder(
                keeping ? settings.gallery().embeddings().map(Path::toString).orElse("") : "");
    }

    /**
     * Returns a version's package, fetched and checked.
     *
     * @throws IOException if the version must be refused
     * @throws KafkaException if the package can't be fetched now
     */
    ModelPackage assemble(VersionKey key) throws IOException {
        if (key.own()) {
            return own();
        }
        return cache.get(release(key));
    }

    /**
     * Tries a published model in a process of its own. The model that {@code verifier.model} names is the operator's
     * and isn't tried.
     *
     * @throws IOException if the version must be refused
     * @throws KafkaException if the trial can't be made now
     */
    void tryOut(VersionKey key, ModelPackage model) throws IOException {
        if (!key.own()) {
            cache.requireTried(release(key), model, trial);
        }
    }

    private ModelRelease release(VersionKey key) {
        return modelLog.published()
                .find(key.id())
                .orElseThrow(() -> new KafkaException("%s is not published".formatted(key.id())));
    }

    /** Returns the package that {@code verifier.model} names. */
    ModelPackage own() throws IOException {
        return ShippedModel.read(settings.inference().model());
    }

    /** Opens a package and tests that it answers here as it did where it was exported. */
    ServingModel validate(ModelPackage model) {
        ServingModel opened = ServingModel.open(model, settings.inference(), precisions);
        try {
            if (!opened.embedder().isStandIn()) {
                SelfTest.run(opened.manifest(), opened.embedder());
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    void warm(ServingModel model) {
        EmbedBatch.Buffers known = warming.poll();
        EmbedBatch.Buffers buffers = known == null ? new EmbedBatch.Buffers() : known;
        warm(model, settings.inference(), buffers);
        warming.add(buffers);
    }

    /** Runs batches of all sizes, and measures into which runs they are best cut unless the settings say so. */
    static void warm(ServingModel model, InferenceSettings settings, EmbedBatch.Buffers buffers) {
        int regions = model.mostRegions();
        // However small batches are, there is room for two pictures with all their regions.
        int least = regions == 1 ? 1 : 2 * regions;
        int most = Math.max(least, settings.batchMax());
        if (settings.cuts()) {
            BatchTimes times = model.embedder().measureCut(most, buffers);
            log.info(
                    "{} is run on {} images at once, the best size here: {}",
                    ModelId.of(model.manifest()),
                    times.best(),
                    times);
        } else {
            model.embedder().cut(Integer.highestOneBit(most));
            model.embedder().warm(most, buffers);
        }
    }

    /**
     * Creates the update that applies references to a version's gallery. It builds on all processors of this process,
     * and while it is bounded, on one and within the share of the settings.
     *
     * @param bounded returns whether building must leave most of the machine to others
     */
    GalleryUpdate update(ServingModel model, BooleanSupplier bounded) {
        WorkShare share = new WorkShare(
                settings.gallery().buildShare(), Runtime.getRuntime().availableProcessors(), bounded);
        return new GalleryUpdate(
                model,
                limits,
                share,
                shard,
                () -> embeddings.open(key(model), model.matchFunction().foldedLength()));
    }

    /**
     * Returns the key of everything but the picture that an embedding, or whether it may be used, depends on. Raise its
     * number when decoding, preprocessing or folding come to give other values.
     */
    static String key(ServingModel model) {
        return "%s-%s-%s-%s-4"
                .formatted(
                        model.sha256(),
                        model.embedder().provider(),
                        model.embedder().precision(),
                        model.domain() == DomainRule.REFUSE ? "domain" : "any")
                .toLowerCase(Locale.ROOT);
    }

    /** Deletes, now and then, kept embeddings of versions that are no longer held. */
    void sweep() {
        embeddings.sweep();
    }

    /** Creates the follower that reads the references for a gallery. */
    TopicFollower gallery(ModelId id, GalleryUpdate update) {
        return TopicFollower.ofMany(
                GalleryUpdate.CONVENIENT_RECORDS,
                "gallery " + id,
                threads,
                clients,
                List.of(topics.references()),
                POLL,
                update);
    }
}
