package io.twinstream.schemas.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Holds the settings about published models, which publishers and verifiers share.
 *
 * @param signingKey the file with the private key that published models are signed with; empty where they aren't
 * @param trustedKeys the files with public keys, one of which must have signed a model; empty where all models are taken
 * @param cacheFolder the folder for fetched packages; empty for one in the user's cache folder
 * @param cacheBytes the bytes of packages in that folder above which the least recently used are removed
 * @param trial how long a model's first opening, self-test and warm-up may take, in a process of their own
 * @param trialBytes the bytes of memory that this process may take beside six times the package's files
 */
public record ModelSettings(
        Optional<Path> signingKey,
        List<Path> trustedKeys,
        Optional<Path> cacheFolder,
        long cacheBytes,
        Duration trial,
        long trialBytes) {
    public static final String SIGNING_KEY = "models.signing.key";
    public static final String TRUSTED_KEYS = "models.trusted.keys";
    public static final String CACHE_DIR = "models.cache.dir";
    public static final String CACHE_BYTES = "models.cache.bytes";

    /** This is a key that the verifier declares. A publisher compares with that model where no version has served yet. */
    public static final String OWN_MODEL = "verifier.model";

    /** This is a key that the verifier declares. A publisher compares at the thresholds that are in force. */
    public static final String FMR_IMPOSTORS = "verifier.fmr.impostors";

    public static final String TRIAL_MS = "models.trial.ms";
    public static final String TRIAL_BYTES = "models.trial.bytes";

    private static final long DEFAULT_TRIAL_MS = 60_000;
    private static final long DEFAULT_TRIAL_BYTES = 4L << 30;
    private static final long DEFAULT_CACHE_BYTES = 2L << 30;

    public ModelSettings {
        trustedKeys = List.copyOf(trustedKeys);
    }

    /** Declares the keys about published models. */
    public static ConfigDef define(ConfigDef definition) {
        return definition
                .define(
                        SIGNING_KEY,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        HIGH,
                        "File with the Ed25519 private key that published models are signed with; empty: they are not signed.")
                .define(
                        TRUSTED_KEYS,
                        ConfigDef.Type.LIST,
                        List.of(),
                        new FileName(),
                        HIGH,
                        "Files with Ed25519 public keys, comma-separated: a published model that none of them has signed is refused; empty: all are taken.")
                .define(
                        CACHE_DIR,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        LOW,
                        "Folder for fetched model packages, which processes may share; empty: twinstream/models in the user's cache folder.")
                .define(
                        CACHE_BYTES,
                        ConfigDef.Type.LONG,
                        DEFAULT_CACHE_BYTES,
                        atLeast(0),
                        LOW,
                        "Bytes of packages in models.cache.dir above which those used least recently are removed.")
                .define(
                        TRIAL_MS,
                        ConfigDef.Type.LONG,
                        DEFAULT_TRIAL_MS,
                        between(1_000, CommonSettings.MOST_MS / 2),
                        LOW,
                        "Milliseconds that a published model's first opening, self-test and warm-up may take, in "
                                + "a process of their own; a model that takes longer is refused.")
                .define(
                        TRIAL_BYTES,
                        ConfigDef.Type.LONG,
                        DEFAULT_TRIAL_BYTES,
                        atLeast(1 << 28),
                        LOW,
                        "Memory in bytes that a published model's trial may take in its own process, beside six "
                                + "times the package's files. A model that takes more is refused. It is bounded on Linux only.");
    }

    /** Reads these settings; whoever uses the files checks their content. */
    public static ModelSettings of(Settings settings) {
        return new ModelSettings(
                settings.path(SIGNING_KEY),
                settings.paths(TRUSTED_KEYS),
                settings.path(CACHE_DIR),
                settings.getLong(CACHE_BYTES),
                settings.millis(TRIAL_MS),
                settings.getLong(TRIAL_BYTES));
    }
}
