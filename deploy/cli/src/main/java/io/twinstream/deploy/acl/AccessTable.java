package io.twinstream.deploy.acl;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.settings.TrainerSettings;
import io.twinstream.verifier.merge.MergeTopology;
import io.twinstream.verifier.settings.Shard;
import io.twinstream.verifier.window.MatchWindows;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Lists what each service may do on Kafka under its settings: all that it needs, and nothing else.
 *
 * <p>Maintainers: the check {@code least-privilege} takes each right away in turn and wants something to break. No service needs
 * IDEMPOTENT_WRITE: since Kafka 3.0 WRITE on a topic is enough.
 */
public final class AccessTable {
    private final AccessSettings settings;
    private final Topics topics;

    private AccessTable(AccessSettings settings) {
        this.settings = settings;
        this.topics = settings.common().topics();
    }

    public static List<Grant> of(ClusterUser service, AccessSettings settings) {
        AccessTable access = new AccessTable(settings);
        return switch (service) {
            case INGEST -> comparing(access.ingest());
            case VERIFIER -> comparing(access.verifier());
            case TRAINER -> comparing(access.trainer());
            case OPERATOR -> access.operator();
            case SETUP -> access.setup();
        };
    }

    /**
     * Adds DESCRIBE_CONFIGS, since a service that starts compares its topics' settings with those declared. It goes on where it
     * may not.
     */
    private static List<Grant> comparing(List<Grant> grants) {
        return grants.stream()
                .map(grant -> grant.resource().resourceType() == ResourceType.TOPIC
                                && grant.resource().patternType() == PatternType.LITERAL
                                && !grant.operations().isEmpty()
                        ? grant.sparing(DESCRIBE_CONFIGS)
                        : grant)
                .toList();
    }

    private List<Grant> ingest() {
        return List.of(
                Grant.topic(
                        topics.probes(),
                        "probes; the picture that feedback labels; how large a record may be",
                        WRITE,
                        READ),
                Grant.topic(
                        topics.references(),
                        "enrolment; the keys of a subject to erase; how large a record may be",
                        WRITE,
                        READ),
                Grant.topic(
                        topics.labelledImages(),
                        "training material; the keys of a subject to erase; how large a record may be",
                        WRITE,
                        READ),
                Grant.topic(
                        topics.verdicts(),
                        "the verdict that feedback is about, and that who sent a probe waits for, `submit --wait`",
                        READ),
                Grant.topic(
                                topics.deadLetters(),
                                "why a probe can't be judged, for who waits, `submit --wait`, `watch --dead-letters`")
                        .sparing(READ));
    }

    private List<Grant> verifier() {
        String group = settings.streams().group();
        List<Grant> grants = new ArrayList<>(List.of(
                Grant.topic(topics.probes(), "judging, pictures, replay", READ),
                Grant.topic(topics.references(), "the gallery, pictures", READ),
                Grant.topic(topics.verdicts(), "judging; windows, the latest verdicts, replay", WRITE, READ),
                Grant.topic(topics.deadLetters(), "what can't be judged; the latest, pictures", WRITE)
                        .sparing(READ),
                Grant.topic(topics.modelReleases(), "versions", READ),
                Grant.topic(topics.modelChunks(), "packages", READ),
                Grant.topic(topics.modelActivations(), "orders over HTTP; which version judges", WRITE, READ),
                Grant.topic(topics.modelStates(), "how far this verifier is; how far all are", WRITE, READ),
                Grant.topic(topics.trainingProgress(), "runs shown", READ),
                Grant.optionalTopic(
                        topics.standstills(),
                        "probes that a thread stood still on; those of others, to set them aside",
                        WRITE,
                        READ)));
        grants.addAll(sharing());
        boolean windows = settings.watching().windows().on();
        boolean drift = windows && settings.watching().drift().on();
        grants.add(
                drift
                        ? Grant.topic(topics.alarms(), "alarms raised; alarms shown", WRITE, READ)
                        : Grant.topic(topics.alarms(), "alarms shown", READ));
        if (windows) {
            String counting = MatchWindows.application(group);
            grants.add(Grant.topic(topics.matchWindows(), "windows", WRITE));
            grants.add(Grant.group(counting, "sharing verdicts to count"));
            grants.add(Grant.topics(
                    counting + "-",
                    "Kafka Streams' own topics for windows: made, restored, kept up to date, freed of what is counted",
                    CREATE,
                    READ,
                    WRITE,
                    DELETE));
        }
        if (settings.streams().guarantee().equals("exactly_once_v2")) {
            grants.add(Grant.transactionalIds(group + "-", "exactly once"));
        }
        return grants;
    }

    /** Returns what every verifier needs to share the judging; verifiers of all shards have the same user. */
    private List<Grant> sharing() {
        int shards = settings.shard().of();
        List<Grant> grants = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            grants.add(Grant.group(
                    new Shard(i, shards).application(settings.streams().group()), "sharing probes"));
        }
        if (shards > 1) {
            String merging = MergeTopology.application(settings.streams().group());
            grants.add(Grant.topic(topics.partialVerdicts(), "what shards found; merging", WRITE, READ));
            grants.add(Grant.group(merging, "sharing partial verdicts to merge"));
            grants.add(Grant.topics(
                    merging + "-",
                    "Kafka Streams' own topics for merging: made, restored, kept up to date",
                    CREATE,
                    READ,
                    WRITE));
        }
        return grants;
    }

    private List<Grant> trainer() {
        return List.of(
                Grant.topic(topics.trainingRequests(), "requests over HTTP; requests", WRITE, READ),
                Grant.topic(topics.trainingProgress(), "progress; what other trainers did", WRITE, READ),
                Grant.topic(topics.labelledImages(), "images to train on", READ),
                Grant.topic(topics.modelReleases(), "publishing; which versions there are", WRITE, READ),
                Grant.topic(topics.modelChunks(), "publishing; parents, and what the gate compares with", WRITE, READ),
                Grant.topic(topics.modelActivations(), "which version serves, for the gate", READ),
                Grant.group(settings.trainerGroup(), "one trains, others stand by"),
                Grant.transactionalIds(TrainerSettings.publishing(topics), "publishing, all or nothing"));
    }

    private List<Grant> operator() {
        return List.of(
                Grant.topic(topics.modelReleases(), "`publish`, `models prune`; `models list`", WRITE, READ),
                Grant.topic(
                        topics.modelChunks(), "`publish`, `models prune`; what the gate compares with", WRITE, READ),
                Grant.topic(topics.modelActivations(), "`models activate`; `models list`", WRITE, READ),
                Grant.topic(topics.modelStates(), "how far verifiers are", READ),
                Grant.topic(topics.verdicts(), "`watch`", READ),
                Grant.transactionalIds(
                        TrainerSettings.publishing(topics), "`publish`, `models prune`, all or nothing"));
    }

    private List<Grant> setup() {
        return List.of(
                Grant.topics(
                        topics.prefix() + ".",
                        "`topics create`; `topics list`, `topics transactions`; what differs of those that exist",
                        CREATE,
                        DESCRIBE,
                        DESCRIBE_CONFIGS),
                Grant.anyTransactionalId(
                        "`topics transactions`: whose transaction holds readers back; `--abort` ends it"));
    }
}
