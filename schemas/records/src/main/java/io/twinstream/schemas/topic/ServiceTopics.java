package io.twinstream.schemas.topic;

import java.util.List;
import java.util.stream.Stream;

/**
 * The topics of one service, each named once for it. A service compares them with their declarations when it starts, and
 * watches those that it reads for open transactions; the users' rights agree with them. A new topic belongs to no service until
 * it is named here.
 *
 * @param read the names of the topics that the service reads
 * @param declared the declarations of all that it reads or writes, in the order of {@link Topics#all}
 */
public record ServiceTopics(List<String> read, List<TopicDeclaration> declared) {
    public ServiceTopics {
        read = List.copyOf(read);
        declared = List.copyOf(declared);
    }

    /** Returns those of ingest. Dead letters are not among them, since it works without them, if with less. */
    public static ServiceTopics ofIngest(Topics topics) {
        return of(
                topics,
                List.of(topics.probes(), topics.references(), topics.labelledImages(), topics.verdicts()),
                Stream.empty());
    }

    /**
     * Returns those of a verifier.
     *
     * @param shards whether its gallery has shards
     * @param windows whether it counts verdicts in windows
     */
    public static ServiceTopics ofVerifier(Topics topics, boolean shards, boolean windows) {
        Stream<String> always = Stream.of(
                topics.probes(),
                topics.references(),
                topics.verdicts(),
                topics.deadLetters(),
                topics.modelReleases(),
                topics.modelChunks(),
                topics.modelActivations(),
                topics.modelStates(),
                topics.standstills(),
                topics.alarms(),
                topics.trainingProgress());
        Stream<String> partial = shards ? Stream.of(topics.partialVerdicts()) : Stream.empty();
        return of(
                topics,
                Stream.concat(always, partial).toList(),
                windows ? Stream.of(topics.matchWindows()) : Stream.empty());
    }

    public static ServiceTopics ofTrainer(Topics topics) {
        return of(
                topics,
                List.of(
                        topics.trainingRequests(),
                        topics.trainingProgress(),
                        topics.labelledImages(),
                        topics.modelReleases(),
                        topics.modelChunks(),
                        topics.modelActivations()),
                Stream.empty());
    }

    /** Returns those that a service reads with those that it only writes. */
    private static ServiceTopics of(Topics topics, List<String> read, Stream<String> written) {
        List<String> used = Stream.concat(read.stream(), written).toList();
        return new ServiceTopics(
                read,
                Stream.concat(topics.all().stream(), Stream.of(topics.ofShards()))
                        .filter(each -> used.contains(each.name()))
                        .toList());
    }
}
