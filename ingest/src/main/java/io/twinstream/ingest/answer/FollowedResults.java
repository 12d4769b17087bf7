package io.twinstream.ingest.answer;

import io.twinstream.schemas.kafka.KafkaClients;
import io.twinstream.schemas.kafka.TopicFollower;
import io.twinstream.schemas.threads.ServiceThreads;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Follows the topics of verdicts and of dead letters, each with one consumer in no group, from their latest records on.
 *
 * <p>Maintainers: the two have a consumer and a thread each. A dead letter carries the picture that can't be judged, up to 3 MiB;
 * in one fetch with verdicts a flood of broken pictures would delay these. And who may not read dead letters still has verdicts.
 */
final class FollowedResults implements ResultSource {
    /**
     * The longest wait of a fetch. The end of a verdict's transaction wakes a fetch that waits, as the advance of the stable end
     * does, so that this is no delay.
     */
    private static final Duration POLL = Duration.ofMillis(200);

    private final TopicFollower verdicts;
    private final TopicFollower letters;
    private final CatchingUp verdictsCatchingUp = new CatchingUp();
    private final CatchingUp lettersCatchingUp = new CatchingUp();

    private FollowedResults(
            KafkaClients clients, Topics topics, RecentResults recent, ServiceThreads threads, WaitingRoom room) {
        verdicts = follower(
                "ingest-verdicts",
                threads,
                consumer(clients, "twinstream-ingest-verdicts", clients.values().deserializer()),
                topics.verdicts(),
                recent.verdicts(),
                new Entering(room, ReadResult::verdict, verdictsCatchingUp));
        letters = follower(
                "ingest-dead-letters",
                threads,
                // A picture is dropped as it comes; its size is kept.
                consumer(clients, "twinstream-ingest-dead-letters", (topic, bytes) -> new byte[0]),
                topics.deadLetters(),
                recent.deadLetters(),
                new Entering(room, record -> ReadResult.deadLetter(record, topics.probes()), lettersCatchingUp));
    }

    /** Starts to read; returns before a broker has answered. */
    static FollowedResults start(
            KafkaClients clients, Topics topics, RecentResults recent, ServiceThreads threads, WaitingRoom room) {
        FollowedResults results = new FollowedResults(clients, topics, recent, threads, room);
        results.verdicts.start();
        results.letters.start();
        return results;
    }

    @Override
    public String trouble() {
        return trouble(verdicts);
    }

    @Override
    public String lettersTrouble() {
        return trouble(letters);
    }

    @Override
    public String gap() {
        return verdicts.gap().isEmpty() ? letters.gap() : verdicts.gap();
    }

    @Override
    public CompletableFuture<Void> caughtUp() {
        return CompletableFuture.allOf(
                verdictsCatchingUp.whenDone(), lettersCatchingUp.doneOrTroubled(this::lettersTrouble));
    }

    @Override
    public void close() {
        verdicts.close();
        letters.close();
    }

    private static String trouble(TopicFollower follower) {
        return follower.failure().isEmpty() ? follower.trouble() : follower.failure();
    }

    private static TopicFollower follower(
            String name,
            ServiceThreads threads,
            Consumer<String, byte[]> consumer,
            String topic,
            long recent,
            TopicFollower.Handler handler) {
        return TopicFollower.ofLast(recent, name, threads, consumer, List.of(topic), POLL, handler);
    }

    private static Consumer<String, byte[]> consumer(
            KafkaClients clients, String clientId, Deserializer<byte[]> values) {
        return clients.consumer(
                clientId, new StringDeserializer(), values, Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int)
                        POLL.toMillis()));
    }

    /** Brings the records of one topic into the room. */
    private record Entering(
            WaitingRoom room,
            Function<ConsumerRecord<String, byte[]>, Optional<ReadResult>> reading,
            CatchingUp catchingUp)
            implements TopicFollower.Handler {
        @Override
        public void apply(ConsumerRecords<String, byte[]> records) {
            records.forEach(record -> reading.apply(record).ifPresent(room::arrived));
        }

        @Override
        public void caughtUp() {
            catchingUp.done();
        }

        @Override
        public void troubled() {
            catchingUp.troubled();
        }
    }
}
