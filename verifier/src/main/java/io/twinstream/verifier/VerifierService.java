package io.twinstream.verifier;

import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.lookahead.LookAheads;
import io.twinstream.verifier.settings.VerifierSettings;
import io.twinstream.verifier.stream.Judge;
import io.twinstream.verifier.stream.StreamsProperties;
import io.twinstream.verifier.stream.VerifierStreams;
import io.twinstream.verifier.stream.VerifierTopology;
import io.twinstream.verifier.version.GalleryFollower;
import io.twinstream.verifier.version.GalleryUpdate;
import io.twinstream.verifier.version.SelfTest;
import io.twinstream.verifier.version.ServingModel;
import io.twinstream.verifier.web.BrokerCheck;
import io.twinstream.verifier.web.Check;
import io.twinstream.verifier.web.HealthServer;
import io.twinstream.verifier.web.ModelsApi;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One verifier: a model, its gallery, the topology, and health over HTTP. Starts whole or not at all. */
public final class VerifierService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(VerifierService.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final ServingModel model;
    private final LookAheads lookAheads;
    private final GalleryFollower follower;
    private final VerifierStreams streams;
    private final HealthServer health;

    private VerifierService(Settings settings) throws IOException {
        try {
            Topics topics = CommonSettings.topics(settings);
            ImageLimits limits = CommonSettings.imageLimits(settings);
            model = opened(ServingModel.open(settings));
            SelfTest.run(model);
            lookAheads = new LookAheads(
                    topics.probes(), model.embedder(), limits, settings.getInt(VerifierSettings.BATCH_MAX));
            follower = opened(
                    new GalleryFollower(references(settings), topics.references(), new GalleryUpdate(model, limits)));
            streams = opened(new VerifierStreams(
                    VerifierTopology.build(topics, lookAheads, new Judge(model, Clock.systemUTC())),
                    StreamsProperties.of(settings, lookAheads)));
            health = opened(serve(settings, new BrokerCheck(opened(Admin.create(settings.kafka())))));
            follower.start();
            streams.start();
            log.info(
                    "verifying with {} {} on {}, health on port {}",
                    model.manifest().name(),
                    model.manifest().version(),
                    model.embedder().provider(),
                    health.port());
        } catch (RuntimeException | IOException e) {
            close();
            throw e;
        }
    }

    /** Opens the model, then starts everything; returns before the gallery has caught up, see {@link #ready}. */
    public static VerifierService start(Settings settings) throws IOException {
        return new VerifierService(settings);
    }

    /** True when the gallery has caught up and the topology runs. */
    public boolean ready() {
        return follower.caughtUp() && follower.failure().isEmpty() && streams.running();
    }

    /** Port of health and status. */
    public int port() {
        return health.port();
    }

    /** What {@code /status} shows. */
    public Map<String, Object> status() {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("model", model.manifest().name());
        status.put("version", model.manifest().version());
        status.put("sha256", model.sha256());
        status.put("provider", model.embedder().provider());
        status.put("gallerySize", model.gallery().size());
        status.put("state", streams.state().name());
        status.put("probes", lookAheads.statistics().probes());
        status.put("images", lookAheads.statistics().images());
        status.put("batches", lookAheads.statistics().batches());
        status.put("averageBatch", lookAheads.statistics().averageBatch());
        status.put("lookAheadHitRate", lookAheads.statistics().hitRate());
        return status;
    }

    /** Waits for the end; returns the error that caused it, or an empty text after {@link #close}. */
    public String awaitEnd() throws InterruptedException {
        streams.awaitEnd();
        return streams.failure();
    }

    /** Stops in the reverse order of the start: the model goes last, when nobody runs it any more. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.removeLast().close();
            } catch (Exception e) {
                log.warn("closing: {}", e.getMessage());
            }
        }
    }

    private HealthServer serve(Settings settings, BrokerCheck broker) {
        Check following = new Check("galleryFollowing", () -> follower.failure().isEmpty());
        return HealthServer.start(
                HttpSettings.of(settings, VerifierSettings.SERVICE),
                List.of(new Check("topologyAlive", streams::alive), following),
                List.of(
                        new Check("topologyRunning", streams::running),
                        new Check("galleryCaughtUp", follower::caughtUp),
                        following,
                        new Check("brokerAnswers", broker::answers)),
                this::status,
                new ModelsApi(new ModelControl(settings))::register);
    }

    private static KafkaConsumer<String, byte[]> references(Settings settings) {
        Map<String, Object> config = settings.kafka();
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // A topic made by asking for it would lose references after a week: it isn't compacted.
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.addLast(part);
        return part;
    }
}
