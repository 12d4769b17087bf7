package io.twinstream.ingest.publish;

import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicComparison;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.ServiceTopics;
import io.twinstream.schemas.topic.Topics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;

/**
 * Compares the topics of ingest with their declarations, once, as soon as brokers name them all, since ingest starts without
 * brokers. It looks on a thread of its own.
 */
public final class StartupComparison implements AutoCloseable {
    private static final long BETWEEN_LOOKS_MS = 2_000;

    private final CompletableFuture<String> refused = new CompletableFuture<>();
    private final ScheduledExecutorService thread;
    private final KafkaClients clients;
    private final Topics topics;
    private final TopicCheck check;

    private StartupComparison(KafkaClients clients, Topics topics, ServiceThreads threads, TopicCheck check) {
        this.clients = clients;
        this.topics = topics;
        this.check = check;
        this.thread = threads.scheduled("startup-comparison", 1);
    }

    /** Starts to look every two seconds until the comparison has been made. */
    public static StartupComparison compare(
            KafkaClients clients, Topics topics, ServiceThreads threads, TopicCheck check) {
        StartupComparison started = new StartupComparison(clients, topics, threads, check);
        var unused = started.thread.scheduleWithFixedDelay(started::look, 0, BETWEEN_LOOKS_MS, TimeUnit.MILLISECONDS);
        return started;
    }

    /** Returns a future that is completed, with one line, where a topic is such that ingest must not go on. */
    public CompletableFuture<String> refused() {
        return refused;
    }

    private void look() {
        try {
            check.check().get();
            if (TopicComparison.require(clients, ServiceTopics.ofIngest(topics).declared(), IngestSettings.SERVICE)) {
                thread.shutdown();
            }
        } catch (ExecutionException e) {
            // The readiness check gives the reason.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            refused.complete(String.valueOf(e.getMessage()));
            thread.shutdown();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
