package io.twinstream.verifier.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.twinstream.schemas.http.HttpKeys;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.Role;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.FileName;
import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.HttpUrl;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Verifier settings are all settings of a verifier, read and checked once.
 *
 * @param advertised the host and port where other verifiers of the group reach this one; empty for where it listens
 * @param stall how long something that judging needs may stand still before readiness says so
 */
public record VerifierSettings(
        CommonSettings common,
        VersionSettings versions,
        HttpSettings http,
        Optional<String> advertised,
        StreamSettings streams,
        ServiceAccess ingest,
        ServiceAccess trainer,
        WatchingSettings watching,
        Duration stall) {
    public static final String MODEL = ModelSettings.OWN_MODEL;
    public static final String PROVIDER = "verifier.provider";
    public static final String STAND_IN = "stand-in";
    public static final String PRECISION = "verifier.precision";
    public static final String STAND_IN_BATCH = "verifier.stand.in.batch.us";
    public static final String STAND_IN_IMAGE = "verifier.stand.in.image.us";
    public static final String THREADS = "verifier.threads";
    public static final String PROFILE = "verifier.profile";
    public static final String BATCH_MAX = "verifier.batch.max";
    public static final String LOOK_AHEAD = "verifier.lookahead";
    public static final String TARGET_FMR = "verifier.target.fmr";
    public static final String TARGET_FPIR = "verifier.target.fpir";
    public static final String FMR_IMPOSTORS = ModelSettings.FMR_IMPOSTORS;
    /** What identifications are decided at where nothing else is set. */
    public static final double DEFAULT_FPIR = 0.05;

    public static final String DOMAIN = "verifier.domain";
    public static final String REGIONS = "verifier.regions";
    public static final String VERSION_WAIT = "verifier.version.wait.ms";
    public static final String STALL = "verifier.stall.ms";
    public static final String GALLERY_SHARE = "verifier.gallery.share";
    public static final String GALLERY_THREADS = "verifier.gallery.threads";
    public static final String GALLERY_SHARDS = "verifier.gallery.shards";
    public static final String GALLERY_SHARD = "verifier.gallery.shard";
    public static final String EMBEDDINGS_DIR = "verifier.embeddings.dir";
    public static final String GROUP = "verifier.group";
    public static final String GROUP_PROTOCOL = "verifier.group.protocol";
    public static final String GUARANTEE = "verifier.guarantee";
    public static final String STATE_DIR = "verifier.state.dir";
    public static final String CLOUD_EVENTS = "verifier.cloudevents";
    /** This is the prefix of the keys of the HTTP server. */
    public static final String SERVICE = "verifier";

    public static final String HTTP_HOST = "verifier.http.host";
    public static final String HTTP_PORT = "verifier.http.port";
    public static final String HTTP_ADVERTISED = "verifier.http.advertised";
    public static final String HTTP_TOKEN = "verifier.http.token";
    public static final String INGEST_URL = "verifier.ingest.url";
    public static final String INGEST_TOKEN = "verifier.ingest.token";
    public static final String TRAINER_URL = "verifier.trainer.url";
    public static final String TRAINER_TOKEN = "verifier.trainer.token";
    public static final String TLS_TRUST = "verifier.tls.trust";

    private static final int DEFAULT_STAND_IN_BATCH = 5_000;
    private static final int DEFAULT_STAND_IN_IMAGE = 50;
    private static final long DEFAULT_WAIT_MS = 10_000;
    private static final long DEFAULT_STALL_MS = 15_000;
    private static final int DEFAULT_PORT = 8081;
    private static final double LOWEST_RATE = 1e-9;

    /** Adds the declarations of the verifier's settings. */
    public static ConfigDef define(ConfigDef definition) {
        return WatchingSettings.define(HttpKeys.define(definition, SERVICE, DEFAULT_PORT, Role.READ))
                .define(
                        MODEL,
                        ConfigDef.Type.STRING,
                        "",
                        HIGH,
                        "Model package file, or the name of a model that Twinstream ships; empty for compact.")
                .define(
                        PROVIDER,
                        ConfigDef.Type.STRING,
                        "auto",
                        in("auto", "cpu", "cuda", STAND_IN),
                        HIGH,
                        "Execution provider: auto takes CUDA if it works, and else the CPU; cuda fails to start without it. stand-in is for benchmarks: it only takes the time of an accelerator, and its verdicts mean nothing.")
                .define(
                        PRECISION,
                        ConfigDef.Type.STRING,
                        "auto",
                        in("auto", "fp32", "int8"),
                        HIGH,
                        "Numbers that the embedder computes with on the CPU. auto takes int8 if the release says that it loses at most half a point of accuracy, and if it is measured to be faster here. int8 refuses versions that hold none. CUDA takes fp32.")
                .define(
                        STAND_IN_BATCH,
                        ConfigDef.Type.INT,
                        DEFAULT_STAND_IN_BATCH,
                        between(0, 1_000_000),
                        LOW,
                        "Microseconds that each batch takes on the stand-in's one device.")
                .define(
                        STAND_IN_IMAGE,
                        ConfigDef.Type.INT,
                        DEFAULT_STAND_IN_IMAGE,
                        between(0, 1_000_000),
                        LOW,
                        "Microseconds that each image of a batch takes on the stand-in's device besides.")
                .define(
                        THREADS,
                        ConfigDef.Type.INT,
                        0,
                        between(0, 1024),
                        HIGH,
                        "Number of stream threads; 0 takes one for each processor of the machine.")
                .define(
                        PROFILE,
                        ConfigDef.Type.STRING,
                        "balanced",
                        ConfigDef.LambdaValidator.with(Profile::require, () -> "[latency, balanced]"),
                        HIGH,
                        "What comes first: balanced judges the most probes, and latency answers soonest. It sets how often "
                                + "transactions are committed and how much is polled and batched. The page on sizing has what each profile does.")
                .define(
                        BATCH_MAX,
                        ConfigDef.Type.INT,
                        0,
                        ConfigDef.LambdaValidator.with(VerifierSettings::requireBatch, () -> "0 or [2,...,4096]"),
                        MEDIUM,
                        "Number of images that are embedded together at most, in one run. With 0 as many as the profile reads ahead are "
                                + "cut into runs of the size that is measured to be the best when a version opens.")
                .define(
                        LOOK_AHEAD,
                        ConfigDef.Type.BOOLEAN,
                        true,
                        LOW,
                        "Embed a probe together with those that are known to follow it. Off, every probe is embedded alone; the verdicts are the same.")
                .define(
                        TARGET_FMR,
                        ConfigDef.Type.DOUBLE,
                        1e-2,
                        between(LOWEST_RATE, 0.5),
                        HIGH,
                        "False match rate that pairs and claims are decided at; the threshold follows from the model's table.")
                .define(
                        TARGET_FPIR,
                        ConfigDef.Type.DOUBLE,
                        DEFAULT_FPIR,
                        between(LOWEST_RATE, 0.5),
                        HIGH,
                        "False-positive identification rate that identifications are decided at: how often a stranger is taken for somebody enrolled.")
                .define(
                        FMR_IMPOSTORS,
                        ConfigDef.Type.STRING,
                        "hardest",
                        in("hardest", "pooled"),
                        HIGH,
                        "Impostors whose rates set the thresholds. hardest takes look-alikes, which share a group, where the model's package knows their rates. pooled takes all. All shards have the same.")
                .define(
                        DOMAIN,
                        ConfigDef.Type.STRING,
                        "refuse",
                        in("refuse", "flag", "off"),
                        HIGH,
                        "What becomes of pictures of another kind than the model was trained for. With refuse "
                                + "probes stay undecided and references are unusable. With flag they are judged and "
                                + "enrolled, and the verdicts are marked. With off they are treated like any others.")
                .define(
                        REGIONS,
                        ConfigDef.Type.STRING,
                        "largest",
                        in("largest", "all"),
                        MEDIUM,
                        "Which finds of a model's locator in a probe's picture are judged: the largest, or all, up to 16. "
                                + "Each is judged at the same threshold, and the verdict is a match if one is. "
                                + "All shards have the same.")
                .define(
                        VERSION_WAIT,
                        ConfigDef.Type.LONG,
                        DEFAULT_WAIT_MS,
                        between(1_000, 240_000),
                        MEDIUM,
                        "Milliseconds that a probe waits inside a transaction for the model version that has to "
                                + "judge it; then the transaction is given up and the probe waits outside.")
                .define(
                        STALL,
                        ConfigDef.Type.LONG,
                        DEFAULT_STALL_MS,
                        between(1_000, 600_000),
                        MEDIUM,
                        "Milliseconds for which a thread, a probe that lies unjudged, or a follower of a topic "
                                + "may stand still before readiness says so. After four times as long liveness says so too, "
                                + "and a verifier whose thread stands still on a probe notes it and ends. Where that "
                                + "happens twice the probe becomes a dead letter, STUCK.")
                .define(
                        GALLERY_SHARE,
                        ConfigDef.Type.DOUBLE,
                        0.3,
                        between(0.01, 1),
                        MEDIUM,
                        "Share of the machine's processors that building a gallery for a further model version may take. "
                                + "While no version is ready, building takes all of them.")
                .define(
                        GALLERY_THREADS,
                        ConfigDef.Type.INT,
                        1,
                        between(1, 1024),
                        MEDIUM,
                        "Threads that search a gallery. With 1 the stream threads search alone, each for its own "
                                + "probes; with N, N - 1 further threads of each model version help them. The verdicts are "
                                + "the same.")
                .define(
                        GALLERY_SHARDS,
                        ConfigDef.Type.INT,
                        1,
                        between(1, 1_000),
                        MEDIUM,
                        "Number of parts that the gallery is spread over, by subject: every part judges all "
                                + "probes, and the verdicts are merged through Kafka. All verifiers have the same number.")
                .define(
                        GALLERY_SHARD,
                        ConfigDef.Type.INT,
                        0,
                        between(0, 999),
                        MEDIUM,
                        "Number of the part that this verifier holds, from 0; verifiers of the same part share "
                                + "its work.")
                .define(
                        EMBEDDINGS_DIR,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        MEDIUM,
                        "Folder of this verifier's own for embeddings of references. Restarts, switches back to a version and searches read them; empty: they lie in memory alone.")
                .define(
                        GROUP,
                        ConfigDef.Type.STRING,
                        "twinstream-verifier",
                        MEDIUM,
                        "Kafka Streams application id: instances with the same one share the work.")
                .define(
                        GROUP_PROTOCOL,
                        ConfigDef.Type.STRING,
                        "classic",
                        in("classic", "streams"),
                        LOW,
                        "Rebalance protocol; streams (KIP-1071) needs brokers from 4.2.")
                .define(
                        GUARANTEE,
                        ConfigDef.Type.STRING,
                        "exactly_once_v2",
                        in("exactly_once_v2", "at_least_once"),
                        MEDIUM,
                        "Kafka Streams processing guarantee.")
                .define(
                        STATE_DIR,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        LOW,
                        "Folder for Kafka Streams' own files; empty for its default.")
                .define(
                        CLOUD_EVENTS,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        LOW,
                        "Describe verdicts and alarms as CloudEvents 1.0 by the headers ce_* and content-type; their values stay as they are.")
                .define(
                        HTTP_ADVERTISED,
                        ConfigDef.Type.STRING,
                        "",
                        ConfigDef.LambdaValidator.with(VerifierSettings::requireAddress, () -> "empty or host:port"),
                        LOW,
                        "Host and port where other verifiers of the group reach this one; empty: where it listens, under the machine's name if that is everywhere.")
                .define(
                        INGEST_URL,
                        ConfigDef.Type.STRING,
                        "",
                        HttpUrl.ofService(),
                        MEDIUM,
                        "Where ingest listens, as http://127.0.0.1:8080: enrolling and erasing through the verifier go there; empty: the verifier refuses both.")
                .define(
                        INGEST_TOKEN,
                        ConfigDef.Type.PASSWORD,
                        "",
                        MEDIUM,
                        "Bearer token that the verifier sends to ingest; empty: none.")
                .define(
                        TRAINER_URL,
                        ConfigDef.Type.STRING,
                        "",
                        HttpUrl.ofService(),
                        MEDIUM,
                        "Where a trainer listens, as http://127.0.0.1:8082: training runs that are asked for or cancelled through the verifier go there; empty: the verifier refuses both.")
                .define(
                        TRAINER_TOKEN,
                        ConfigDef.Type.PASSWORD,
                        "",
                        MEDIUM,
                        "Bearer token that the verifier sends to the trainer; empty: none.")
                .define(
                        TLS_TRUST,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        MEDIUM,
                        "PEM file with the certificates that vouch for ingest, the trainer and the other verifiers of the group, where these serve HTTPS; empty: those that Java trusts.");
    }

    /**
     * Reads and checks the settings.
     *
     * @throws ConfigException with everything that is wrong
     */
    public static VerifierSettings of(Settings settings) {
        Findings findings = new Findings();
        Supplier<CommonSettings> common = findings.read(() -> CommonSettings.of(settings));
        Supplier<HttpSettings> http = findings.read(() -> HttpSettings.of(settings, SERVICE));
        Supplier<VersionSettings> versions = findings.read(() -> VersionSettings.of(settings, common.get()));
        Supplier<ServiceAccess> ingest = findings.read(() -> ServiceAccess.ofIngest(settings));
        Supplier<ServiceAccess> trainer = findings.read(() -> ServiceAccess.ofTrainer(settings));
        findings.refuseAny();
        CommonSettings all = common.get();
        String advertised = settings.getString(HTTP_ADVERTISED);
        return new VerifierSettings(
                all,
                versions.get(),
                http.get(),
                advertised.isEmpty() ? Optional.empty() : Optional.of(advertised),
                StreamSettings.of(settings, all),
                ingest.get(),
                trainer.get(),
                WatchingSettings.of(settings),
                settings.millis(STALL));
    }

    private static void requireBatch(String name, Object value) {
        int batch = (int) value;
        if (batch != 0 && (batch < 2 || batch > 4096)) {
            throw new ConfigException(name, value, "must be 0 or from 2, a pair, to 4096");
        }
    }

    private static void requireAddress(String name, Object value) {
        if (!value.toString().matches("|\\S+:[0-9]{1,5}")) {
            throw new ConfigException(name, value, "needs a host and a port, host:port");
        }
    }
}
