package io.twinstream.deploy.testkit;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.settings.VerifierSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Holds the one broker that the tests of a JVM share: it starts with the first test class that registers this extension and
 * stops after the last test. Each class has topics and groups of its own, under prefixes that it claims here and that no other
 * class may claim; its topics go with it. It is for many threads. A test that stops a broker, fills its disk or sets its rights
 * starts one of its own instead.
 */
public final class SharedBroker implements BeforeAllCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(SharedBroker.class);
    /** Holds the classes by the prefixes that they claim. Whoever looks holds its lock. */
    private static final Map<String, String> OWNERS = new HashMap<>();

    private final Set<String> claimed = ConcurrentHashMap.newKeySet();
    private String owner = "";
    private String bootstrapServers = "";

    @Override
    public void beforeAll(ExtensionContext context) {
        owner = context.getRequiredTestClass().getName();
        bootstrapServers = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent("broker", key -> new Running(), Running.class)
                .broker
                .bootstrapServers();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        try (Admin admin = admin()) {
            Collection<String> topics = admin.listTopics().names().get();
            admin.deleteTopics(topics.stream().filter(this::isOwn).toList())
                    .all()
                    .get();
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Makes the prefix this class's own, and returns it. No other class may have it, or one that begins as its topics do. */
    public String claim(String prefix) {
        synchronized (OWNERS) {
            OWNERS.forEach((taken, other) -> {
                if (!other.equals(owner)
                        && ((taken + "-").startsWith(prefix + "-") || (prefix + "-").startsWith(taken + "-"))) {
                    throw new IllegalStateException("the prefix %s meets %s, which belongs to %s: take another"
                            .formatted(prefix, taken, other));
                }
            });
            OWNERS.put(prefix, owner);
        }
        claimed.add(prefix);
        return prefix;
    }

    /** Returns settings with topics and groups under the prefix; values that are given win over those chosen here. */
    public Settings settings(String prefix, Map<String, String> values) {
        return Settings.parse(
                AllSettings.define(),
                Map.of(
                        CommonSettings.BOOTSTRAP,
                        bootstrapServers,
                        CommonSettings.TOPIC_PREFIX,
                        claim(prefix),
                        VerifierSettings.GROUP,
                        prefix,
                        TrainerSettings.GROUP,
                        prefix + "-trainer"),
                values);
    }

    /** Returns settings as {@link #settings} does, creates the topics, and returns when every client finds them. */
    public Settings prepare(String prefix, Map<String, String> values) throws InterruptedException {
        Settings settings = settings(prefix, values);
        List<TopicDeclaration> topics = Shard.of(settings).topics(Wired.topics(settings));
        Set<String> names = topics.stream().map(TopicDeclaration::name).collect(Collectors.toSet());
        try (Admin admin = Admin.create(settings.kafka())) {
            new TopicCreation(admin).create(topics);
            Awaitility.await().until(() -> admin.listTopics().names().get().containsAll(names));
        }
        return settings;
    }

    /** Returns a client of the broker, for the caller to close. */
    public Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }

    private boolean isOwn(String topic) {
        return claimed.stream().anyMatch(prefix -> topic.startsWith(prefix + ".") || topic.startsWith(prefix + "-"));
    }

    /** Keeps the broker as JUnit does until all classes have run. */
    private static final class Running implements AutoCloseable {
        private final EmbeddedBroker broker;

        private Running() {
            try {
                broker = EmbeddedBroker.start(BrokerOptions.temporary());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            broker.close();
        }
    }
}
