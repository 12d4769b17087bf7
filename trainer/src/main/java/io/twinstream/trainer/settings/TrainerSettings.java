package io.twinstream.trainer.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;

import io.twinstream.schemas.http.HttpKeys;
import io.twinstream.schemas.http.HttpSettings;
import io.twinstream.schemas.http.Role;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.FileName;
import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.trainer.network.DeviceChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * The trainer settings are all that can be set about the trainer, read and checked.
 *
 * @param group the consumer group of the trainers on these topics
 * @param dataRoot the folder that holds all images that a request may name; empty where requests may name the topic only
 * @param workFolder the folder of checkpoints and packages of runs that have not ended
 * @param queueMax the most runs that may wait
 * @param device what networks learn on
 */
public record TrainerSettings(
        CommonSettings common,
        HttpSettings http,
        ModelSettings models,
        PublishingSettings publishing,
        String group,
        Optional<Path> dataRoot,
        Path workFolder,
        int queueMax,
        DeviceChoice device) {
    /** All keys of the trainer begin with this. */
    public static final String SERVICE = "trainer";

    public static final String HTTP_HOST = "trainer.http.host";
    public static final String HTTP_PORT = "trainer.http.port";
    public static final String HTTP_TOKEN = "trainer.http.token";
    public static final String GROUP = "trainer.group";
    public static final String DATA_ROOT = "trainer.data.root";
    public static final String WORK_DIR = "trainer.work.dir";
    public static final String QUEUE_MAX = "trainer.queue.max";
    public static final String DEVICE = "trainer.device";
    public static final String GATE_EER_MARGIN = "trainer.gate.eer.margin";
    public static final String GATE_FNMR_MARGIN = "trainer.gate.fnmr.margin";

    private static final int DEFAULT_PORT = 8082;
    private static final int DEFAULT_QUEUE = 20;
    private static final double DEFAULT_EER_MARGIN = 0.005;
    private static final double DEFAULT_FNMR_MARGIN = 0.02;

    /** Returns what the transactional ids of publishers begin with; the version follows. */
    public static String publishing(Topics topics) {
        return topics.prefix() + "-publish-";
    }

    /** Adds the trainer's settings to a definition. */
    public static ConfigDef define(ConfigDef definition) {
        HttpKeys.define(definition, SERVICE, DEFAULT_PORT, Role.READ)
                .define(
                        GROUP,
                        ConfigDef.Type.STRING,
                        "twinstream-trainer",
                        LOW,
                        "Consumer group of the trainers on these topics: one of them trains, the others stand by.")
                .define(
                        DATA_ROOT,
                        ConfigDef.Type.STRING,
                        "",
                        new FileName(),
                        HIGH,
                        "Folder that holds all images that a request may name; empty: requests may name topic: only.")
                .define(
                        WORK_DIR,
                        ConfigDef.Type.STRING,
                        "twinstream-trainer",
                        new FileName(),
                        HIGH,
                        "Folder for checkpoints and packages of runs that have not ended. Trainers of one group that share it go on with each other's runs.")
                .define(
                        QUEUE_MAX,
                        ConfigDef.Type.INT,
                        DEFAULT_QUEUE,
                        between(1, 1_000),
                        MEDIUM,
                        "Number of runs that may wait at most; further requests are refused.")
                .define(
                        DEVICE,
                        ConfigDef.Type.STRING,
                        "auto",
                        new DeviceForm(),
                        MEDIUM,
                        "What networks learn on: cpu, gpu or gpu:N; auto takes a GPU where PyTorch for CUDA is there and sees one. Heads learn on the CPU.");
        return defineGate(definition);
    }

    private static ConfigDef defineGate(ConfigDef definition) {
        return definition
                .define(
                        GATE_EER_MARGIN,
                        ConfigDef.Type.DOUBLE,
                        DEFAULT_EER_MARGIN,
                        between(0, 1),
                        MEDIUM,
                        "A model whose equal error rate is higher than the serving one's by more than this is not published.")
                .define(
                        GATE_FNMR_MARGIN,
                        ConfigDef.Type.DOUBLE,
                        DEFAULT_FNMR_MARGIN,
                        between(0, 1),
                        MEDIUM,
                        "A model whose FNMR at FMR 0.01 is higher than the serving one's by more than this is not published.");
    }

    /**
     * Reads and checks the settings.
     *
     * @throws org.apache.kafka.common.config.ConfigException with all that is wrong
     */
    public static TrainerSettings of(Settings settings) {
        Findings findings = new Findings();
        Supplier<CommonSettings> common = findings.read(() -> CommonSettings.of(settings));
        Supplier<HttpSettings> http = findings.read(() -> HttpSettings.of(settings, SERVICE));
        ModelSettings models = ModelSettings.of(settings);
        Supplier<PublishingSettings> publishing = findings.read(() -> PublishingSettings.of(settings));
        Optional<Path> root = settings.path(DATA_ROOT);
        root.ifPresent(folder -> {
            if (!Files.isDirectory(folder)) {
                findings.add("%s must be an existing folder, was %s".formatted(DATA_ROOT, folder));
            }
        });
        findings.refuseAny();
        return new TrainerSettings(
                common.get(),
                http.get(),
                models,
                publishing.get(),
                settings.getString(GROUP),
                root,
                Path.of(settings.getString(WORK_DIR)),
                settings.getInt(QUEUE_MAX),
                DeviceChoice.parse(settings.getString(DEVICE)));
    }

    /** This is the rule for a setting that names a device. */
    private static final class DeviceForm implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            try {
                var unused = DeviceChoice.parse(value.toString());
            } catch (IllegalArgumentException e) {
                throw new ConfigException(e.getMessage());
            }
        }

        @Override
        public String toString() {
            return DeviceChoice.FORMS;
        }
    }
}
