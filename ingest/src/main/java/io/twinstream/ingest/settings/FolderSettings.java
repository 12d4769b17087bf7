package io.twinstream.ingest.settings;

import io.twinstream.schemas.settings.Findings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Ids;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;

/**
 * Configures the watched folder.
 *
 * @param source the source id that its probes carry
 * @param journal the file that remembers what was sent
 * @param settle how long a file must not change before it is sent
 */
public record FolderSettings(Path folder, FolderTask task, String source, Path journal, Duration settle) {
    private static final String JOURNAL = ".twinstream-sent";

    public FolderSettings {
        source = Ids.require("source id (%s)".formatted(IngestSettings.FOLDER_SOURCE), source);
    }

    /**
     * Reads and checks the settings; empty where they name no folder.
     *
     * @throws ConfigException if the named folder isn't one, or the source id breaks the rule for ids
     */
    static Optional<FolderSettings> of(Settings settings) {
        FolderTask task = FolderTask.of(settings.getString(IngestSettings.FOLDER_TASK));
        String source = settings.getString(IngestSettings.FOLDER_SOURCE);
        Optional<Path> journal = settings.path(IngestSettings.FOLDER_JOURNAL);
        Duration settle = settings.millis(IngestSettings.FOLDER_SETTLE_MS);
        return settings.path(IngestSettings.FOLDER).map(folder -> {
            Findings findings = new Findings();
            if (!Files.isDirectory(folder)) {
                findings.add("%s must be an existing folder, was %s".formatted(IngestSettings.FOLDER, folder));
            }
            Supplier<FolderSettings> watched = findings.read(
                    () -> new FolderSettings(folder, task, source, journal.orElse(folder.resolve(JOURNAL)), settle));
            findings.refuseAny();
            return watched.get();
        });
    }
}
