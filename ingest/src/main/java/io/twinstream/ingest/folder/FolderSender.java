package io.twinstream.ingest.folder;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.ProbeRequest;
import io.twinstream.ingest.settings.FolderSettings;
import io.twinstream.ingest.settings.FolderTask;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.text.Sha256;
import io.twinstream.schemas.topic.Ids;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Sends a file as a probe or as a reference. The id is made from path and content, so a file that is sent twice, because the
 * process died before its journal had the line, has the same id both times. As a probe it
 * is then judged twice.
 */
final class FolderSender {
    static final int ID_DIGITS = 32;

    private final ImagePublisher publisher;

    /** The folder that a subject's references came from, by subject. */
    private final Map<String, String> folderOf = new HashMap<>();

    private final FolderSettings settings;

    /**
     * @param sent the paths of files that were sent before
     * @throws InvalidRequestException if the source breaks the rule for ids
     */
    FolderSender(ImagePublisher publisher, FolderSettings settings, List<String> sent) {
        this.publisher = publisher;
        this.settings = settings;
        sent.stream()
                .filter(path -> path.indexOf('/') > 0)
                .map(FolderSender::folder)
                .forEach(folder -> folderOf.putIfAbsent(nameOf(folder), folder));
    }

    /**
     * Sends a file.
     *
     * @throws ImageRefusedException if the image is not taken
     * @throws InvalidRequestException if a reference has no subject
     */
    CompletableFuture<ImagePublisher.Receipt> send(FolderScan.SettledFile file, byte[] image, String sha256)
            throws ImageRefusedException {
        if (settings.task() == FolderTask.REFERENCE) {
            return publisher.enrol(subject(file.path()), image);
        }
        String name = String.join("\n", settings.source(), file.path(), sha256);
        String id = Sha256.of(name.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
        return publisher.probe(new ProbeRequest(id, settings.source(), image, new ProbeRequest.Task.Identify(1)));
    }

    /**
     * Returns the subject that a file's folder is named after. Two folders with the same name usually stand for two people, or
     * for years of one person, so their pictures must not become one subject.
     */
    private String subject(String path) {
        if (path.indexOf('/') < 0) {
            throw new InvalidRequestException("a reference must lie in a folder named after its subject: SUBJECT/NAME");
        }
        String folder = folder(path);
        String subject = nameOf(folder);
        String other = folderOf.putIfAbsent(subject, folder);
        if (other != null && !other.equals(folder)) {
            throw new InvalidRequestException(
                    "the folders %s and %s would become one subject: name each folder that holds pictures after the one whom they show"
                            .formatted(other, folder));
        }
        return subject;
    }

    private static String folder(String path) {
        return Ids.normal(path.substring(0, path.lastIndexOf('/')));
    }

    private static String nameOf(String folder) {
        return folder.substring(folder.lastIndexOf('/') + 1);
    }
}
