package io.twinstream.ingest.settings;

import io.twinstream.schemas.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigException;

/**
 * The watched folder.
 *
 * @param source id that its probes carry
 * @param journal remembers what was sent
 * @param settle for how long a file must not change before it is sent
 */
public record FolderSettings(Path folder, FolderTask task, String source, Path journal, Duration settle) {
    private static final String JOURNAL = ".twinstream-sent";

    /**
     * The folder, if the settings name one.
     *
     * @throws ConfigException if what they name is no folder
     */
    public static Optional<FolderSettings> of(Settings settings) {
        String name = settings.getString(IngestSettings.FOLDER);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Path folder = Path.of(name);
        if (!Files.isDirectory(folder)) {
            throw new ConfigException("%s must be an existing folder, was %s".formatted(IngestSettings.FOLDER, name));
        }
        String journal = settings.getString(IngestSettings.FOLDER_JOURNAL);
        return Optional.of(new FolderSettings(
                folder,
                FolderTask.of(settings.getString(IngestSettings.FOLDER_TASK)),
                settings.getString(IngestSettings.FOLDER_SOURCE),
                journal.isEmpty() ? folder.resolve(JOURNAL) : Path.of(journal),
                Duration.ofMillis(settings.getInt(IngestSettings.FOLDER_SETTLE_MS))));
    }
}
