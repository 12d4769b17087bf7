package io.twinstream.ingest.folder;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.publish.PublishException;
import io.twinstream.ingest.publish.PublishException.PublishFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import io.twinstream.schemas.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends settled files, some at a time, and notes in the journal what became of each. A file is sent only after the journal has
 * room for its line. Trouble that passes, such as a broker that is away or a file that can't be read, is logged once and not
 * noted. For one thread.
 */
final class FolderRound {
    private static final Logger log = LoggerFactory.getLogger(FolderRound.class);

    /** Bytes after which the round waits for the broker: this and one more image fit into the smallest budget. */
    private static final int WINDOW_BYTES = 1 << 20;

    /** Files whose journal lines are reserved together. */
    private static final int WINDOW_FILES = 256;

    private final FolderSender sender;
    private final Journal journal;
    private final ImageLimits limits;
    private final List<Sending> sending = new ArrayList<>();
    private Set<String> toldBefore = Set.of();
    private Set<String> told = new HashSet<>();

    FolderRound(FolderSender sender, Journal journal, ImageLimits limits) {
        this.sender = sender;
        this.journal = journal;
        this.limits = limits;
    }

    /**
     * Sends the files; returns false if some are to be tried again.
     *
     * @throws IOException with one line, if the journal can't be written; files that the broker has acknowledged are
     *     remembered all the same
     */
    boolean send(Collection<FolderScan.SettledFile> files) throws IOException {
        boolean clean = sendEach(files);
        toldBefore = told;
        told = new HashSet<>();
        return clean;
    }

    private boolean sendEach(Collection<FolderScan.SettledFile> files) throws IOException {
        List<FolderScan.SettledFile> window = new ArrayList<>();
        long bytes = 0;
        for (FolderScan.SettledFile file : files) {
            window.add(file);
            bytes += file.look().bytes();
            if (bytes >= WINDOW_BYTES || window.size() == WINDOW_FILES) {
                if (!sendWindow(window)) {
                    return false;
                }
                window.clear();
                bytes = 0;
            }
        }
        return sendWindow(window);
    }

    private boolean sendWindow(List<FolderScan.SettledFile> window) throws IOException {
        journal.reserve(window);
        int bytes = 0;
        boolean clean = true;
        for (FolderScan.SettledFile file : window) {
            bytes += begin(file);
            if (bytes >= WINDOW_BYTES) {
                clean &= finish();
                bytes = 0;
            }
        }
        clean &= finish();
        journal.force();
        return clean;
    }

    private int begin(FolderScan.SettledFile file) {
        String sha256 = null;
        try {
            limits.checkBytes(file.look().bytes());
            byte[] image = read(file);
            limits.checkBytes(image.length);
            sha256 = Sha256.of(image);
            if (journal.wasSent(file.path(), sha256)) {
                journal.append(
                        new Journal.JournalEntry(file.path(), file.look(), sha256, journal.id(file.path()), null));
                return 0;
            }
            sending.add(new Sending(file, sha256, sender.send(file, image, sha256)));
            return image.length;
        } catch (ImageRefusedException | InvalidRequestException e) {
            refuse(file, sha256, String.valueOf(e.getMessage()));
        } catch (NoSuchFileException e) {
            log.debug("{} is gone", file.path());
        } catch (UnreadableException e) {
            tell(file.path() + " can't be read: " + e.getMessage());
        }
        return 0;
    }

    private boolean finish() {
        boolean clean = true;
        for (Sending each : sending) {
            try {
                ImagePublisher.Receipt receipt = each.acknowledged().join();
                receipt.shrunk()
                        .values()
                        .forEach(shrunk -> log.info("{}: {}", each.file().path(), shrunk));
                journal.append(new Journal.JournalEntry(
                        each.file().path(), each.file().look(), each.sha256(), receipt.id(), null));
            } catch (CompletionException e) {
                if (e.getCause() instanceof PublishException failure && failure.fault() == PublishFault.TOO_LARGE) {
                    refuse(each.file(), each.sha256(), String.valueOf(failure.getMessage()));
                } else {
                    tell(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
                    clean = false;
                }
            }
        }
        sending.clear();
        return clean;
    }

    private void refuse(FolderScan.SettledFile file, @Nullable String sha256, String reason) {
        log.warn("refused {}: {}", file.path(), reason);
        journal.append(new Journal.JournalEntry(file.path(), file.look(), sha256, null, reason));
    }

    private void tell(String trouble) {
        if (told.add(trouble) && !toldBefore.contains(trouble)) {
            log.warn("{} (this is tried again until it works)", trouble);
        }
    }

    private byte[] read(FolderScan.SettledFile file) throws NoSuchFileException, UnreadableException {
        try (InputStream in = Files.newInputStream(file.file())) {
            return in.readNBytes(limits.maxBytes() + 1);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadableException(e);
        }
    }

    private record Sending(
            FolderScan.SettledFile file, String sha256, CompletableFuture<ImagePublisher.Receipt> acknowledged) {}

    /** Keeps trouble with reading an image apart from trouble with the journal. */
    private static final class UnreadableException extends Exception {
        UnreadableException(IOException cause) {
            super(cause.toString(), cause);
        }
    }
}
