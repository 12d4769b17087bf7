package io.twinstream.ingest.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.twinstream.schemas.http.HttpKeys;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.Role;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.FileName;
import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Configures ingest. It is read and checked once, in {@code main}.
 *
 * @param answerTimeout the time after which a caller over HTTP is told that the broker has not acknowledged yet
 * @param erasureTick the time between the empty records that let brokers remove erased images
 * @param folder the watched folder; empty where there is none
 */
public record IngestSettings(
        CommonSettings common,
        SendSettings sending,
        HttpSettings http,
        Duration answerTimeout,
        Duration erasureTick,
        AnswerSettings answering,
        Optional<FolderSettings> folder) {
    /** Begins the keys of the HTTP server. */
    public static final String SERVICE = "ingest";

    public static final String HTTP_HOST = "ingest.http.host";
    public static final String HTTP_PORT = "ingest.http.port";
    public static final String HTTP_TOKEN = "ingest.http.token";
    public static final String PENDING_MAX_BYTES = "ingest.pending.max.bytes";
    public static final String SHRINK = "ingest.shrink";
    public static final String PROBE_KEY = "ingest.probe.key";
    public static final String ACK_TIMEOUT_MS = "ingest.ack.timeout.ms";
    public static final String ANSWER_TIMEOUT_MS = "ingest.answer.timeout.ms";
    public static final String ERASURE_TICK_MS = "ingest.erasure.tick.ms";
    public static final String WAITING_MAX = "ingest.waiting.max";
    public static final String VERDICTS_MAX_BYTES = "ingest.verdicts.max.bytes";
    public static final String FOLDER = "ingest.folder";
    public static final String FOLDER_TASK = "ingest.folder.task";
    public static final String FOLDER_SOURCE = "ingest.folder.source";
    public static final String FOLDER_JOURNAL = "ingest.folder.journal";
    public static final String FOLDER_SETTLE_MS = "ingest.folder.settle.ms";

    private static final int DEFAULT_PORT = 8080;
    private static final int DEFAULT_PENDING_BYTES = 64 << 20;
    private static final int MOST_PENDING_BYTES = 1 << 30;
    private static final int DEFAULT_ACK_TIMEOUT_MS = 30_000;

    /** Callers tend to give up after 10 s, and would learn nothing then. */
    private static final int DEFAULT_ANSWER_TIMEOUT_MS = 8_000;

    private static final int DEFAULT_ERASURE_TICK_MS = 3_600_000;
    private static final int DEFAULT_WAITING = 10_000;
    private static final int MOST_WAITING = 1_000_000;
    private static final int DEFAULT_VERDICTS_BYTES = 32 << 20;
    private static final int LEAST_VERDICTS_BYTES = 1 << 20;
    private static final int DEFAULT_SETTLE_MS = 1_000;

    /** Declares the keys of ingest. */
    public static ConfigDef define(ConfigDef definition) {
        HttpKeys.define(definition, SERVICE, DEFAULT_PORT, Role.SEND)
                .define(
                        PENDING_MAX_BYTES,
                        ConfigDef.Type.INT,
                        DEFAULT_PENDING_BYTES,
                        between(Topics.MAX_RECORD_BYTES, MOST_PENDING_BYTES),
                        MEDIUM,
                        "Bytes that may wait for the broker's acknowledgement; at this bound HTTP answers 503.")
                .define(
                        SHRINK,
                        ConfigDef.Type.STRING,
                        Shrink.FIT.word(),
                        ConfigDef.ValidString.in(Shrink.FIT.word(), Shrink.NEVER.word()),
                        MEDIUM,
                        "What becomes of a picture that a record of its topic can't take: with fit it is made "
                                + "smaller; with never it is refused with 413.")
                .define(
                        PROBE_KEY,
                        ConfigDef.Type.STRING,
                        ProbeKey.PROBE.word(),
                        ConfigDef.ValidString.in(ProbeKey.PROBE.word(), ProbeKey.SOURCE.word()),
                        MEDIUM,
                        "Key of a probe's record. With probe, its id, the probes of one source spread over all partitions "
                                + "and threads. With source they are judged in their order, by one thread.")
                .define(
                        ACK_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        DEFAULT_ACK_TIMEOUT_MS,
                        atLeast(100),
                        MEDIUM,
                        "Milliseconds after which a record that the broker has not acknowledged has failed.")
                .define(
                        ANSWER_TIMEOUT_MS,
                        ConfigDef.Type.INT,
                        DEFAULT_ANSWER_TIMEOUT_MS,
                        atLeast(100),
                        MEDIUM,
                        "Milliseconds after which HTTP answers 503 where the broker has not acknowledged a picture. "
                                + "It may still arrive, until ingest.ack.timeout.ms is over.")
                .define(
                        ERASURE_TICK_MS,
                        ConfigDef.Type.INT,
                        DEFAULT_ERASURE_TICK_MS,
                        atLeast(1_000),
                        LOW,
                        "Milliseconds between the empty records that let brokers remove erased images from topics that nobody writes to.")
                .define(
                        WAITING_MAX,
                        ConfigDef.Type.INT,
                        DEFAULT_WAITING,
                        between(0, MOST_WAITING),
                        MEDIUM,
                        "Requests that may wait for a verdict at a time; past it a probe is sent and answered 202 at once.")
                .define(
                        VERDICTS_MAX_BYTES,
                        ConfigDef.Type.INT,
                        DEFAULT_VERDICTS_BYTES,
                        atLeast(LEAST_VERDICTS_BYTES),
                        MEDIUM,
                        "Bytes of the latest verdicts and dead letters that ingest keeps for who asks, from the first question on.");
        return defineFolder(definition);
    }

    private static ConfigDef defineFolder(ConfigDef definition) {
        return definition
                .define(
                        FOLDER,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        MEDIUM,
                        "Folder whose files are sent; empty: none.")
                .define(
                        FOLDER_TASK,
                        ConfigDef.Type.STRING,
                        FolderTask.IDENTIFY.word(),
                        ConfigDef.ValidString.in(FolderTask.IDENTIFY.word(), FolderTask.REFERENCE.word()),
                        MEDIUM,
                        "What a file in the folder is: with identify a probe to be identified; with reference a "
                                + "file SUBJECT/NAME enrols SUBJECT.")
                .define(FOLDER_SOURCE, ConfigDef.Type.STRING, "folder", LOW, "Source id of the folder's probes.")
                .define(
                        FOLDER_JOURNAL,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        LOW,
                        "File that remembers what was sent; empty: .twinstream-sent in the folder.")
                .define(
                        FOLDER_SETTLE_MS,
                        ConfigDef.Type.INT,
                        DEFAULT_SETTLE_MS,
                        atLeast(1),
                        LOW,
                        "Milliseconds for which a file's size and time must not change before it is sent. A file "
                                + "that never settles is sent every ten times as long.");
    }

    /**
     * Reads and checks all settings of ingest.
     *
     * @throws org.apache.kafka.common.config.ConfigException with all that is wrong
     */
    public static IngestSettings of(Settings settings) {
        Findings findings = new Findings();
        Supplier<CommonSettings> common = findings.read(() -> CommonSettings.of(settings));
        Supplier<HttpSettings> http = findings.read(() -> HttpSettings.of(settings, SERVICE));
        Supplier<Optional<FolderSettings>> folder = findings.read(() -> FolderSettings.of(settings));
        findings.refuseAny();
        return new IngestSettings(
                common.get(),
                SendSettings.of(settings, common.get()),
                http.get(),
                settings.millis(ANSWER_TIMEOUT_MS),
                settings.millis(ERASURE_TICK_MS),
                AnswerSettings.of(settings),
                folder.get());
    }
}
