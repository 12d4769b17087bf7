package io.twinstream.ingest.folder;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.publish.ProbeTask;
import io.twinstream.ingest.publish.RequestIds;
import io.twinstream.ingest.settings.FolderSettings;
import io.twinstream.ingest.settings.FolderTask;
import io.twinstream.ingest.settings.IngestSettings;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.modelpackage.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Makes a probe or a reference of a file. Its id is a function of path and content, so that a file sent twice, since the
 * process died between acknowledgement and journal, is known by its id.
 */
final class FolderSender {
    private static final int ID_DIGITS = 32;

    private final ImagePublisher publisher;
    private final FolderSettings settings;

    /** @throws InvalidRequestException if the source breaks the rule for ids */
    FolderSender(ImagePublisher publisher, FolderSettings settings) {
        this.publisher = publisher;
        this.settings = settings;
        RequestIds.check("source id (%s)".formatted(IngestSettings.FOLDER_SOURCE), settings.source());
    }

    /**
     * Sends a file.
     *
     * @throws ImageRefusedException if the image is not taken
     * @throws InvalidRequestException if a reference has no subject
     */
    CompletableFuture<String> send(SettledFile file, byte[] image, String sha256) throws ImageRefusedException {
        if (settings.task() == FolderTask.REFERENCE) {
            return publisher.enrol(subject(file.path()), image);
        }
        String name = String.join("\n", settings.source(), file.path(), sha256);
        String id = Sha256.of(name.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
        return publisher.probe(new ProbeRequest(id, settings.source(), image, new ProbeTask.Identify(1)));
    }

    private static String subject(String path) {
        int end = path.lastIndexOf('/');
        if (end < 0) {
            throw new InvalidRequestException("a reference lies in a folder named after its subject: SUBJECT/NAME");
        }
        return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }
}
