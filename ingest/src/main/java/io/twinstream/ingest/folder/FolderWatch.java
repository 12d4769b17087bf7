package io.twinstream.ingest.folder;

import io.twinstream.ingest.publish.ImagePublisher;
import io.twinstream.ingest.publish.InvalidRequestException;
import io.twinstream.ingest.settings.FolderSettings;
import io.twinstream.schemas.threads.ServiceThreads;
import java.io.IOException;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends each file of a folder, and of the folders in it, on a thread of its own, which repeats these steps:
 *
 * <ol>
 *   <li>sleep until something changes, a few seconds at most
 *   <li>look for files that the journal doesn't know and that have stopped changing
 *   <li>take room in the journal, send them, wait for the broker
 *   <li>note in the journal what was sent and what was refused
 * </ol>
 *
 * A file whose content or name changes is sent again. Every file is sent at least once: if the process dies between steps 3
 * and 4, or the machine before the disk has the note, the file is sent again under the same id. While the broker is away
 * nothing is noted, and every file is tried again. While the journal can't be written nothing is sent.
 */
public final class FolderWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderWatch.class);
    private static final Duration RESCAN = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final FolderSettings settings;
    private final Journal journal;
    private final FolderChanges changes;
    private final FolderScan scan;
    private final FolderRound round;
    private final Thread thread;
    private volatile String trouble = "";
    private volatile long troubledSinceNanos;

    private FolderWatch(
            ServiceThreads threads,
            FolderSettings settings,
            FolderRound round,
            Journal journal,
            FolderChanges changes) {
        this.settings = settings;
        this.journal = journal;
        this.changes = changes;
        this.scan = new FolderScan(settings.folder(), settings.journal(), settings.settle(), System::nanoTime);
        this.round = round;
        this.thread = threads.thread("ingest-folder", this::run);
    }

    /**
     * Opens the journal and starts to watch the folder.
     *
     * @throws ConfigException if the journal can't be used or is in use
     * @throws InvalidRequestException if the source breaks the rule for ids
     */
    public static FolderWatch start(FolderSettings settings, ServiceThreads threads, ImagePublisher publisher) {
        Journal journal = Journal.open(settings.journal());
        try {
            FolderSender sender = new FolderSender(publisher, settings, journal.sent());
            FolderRound round = new FolderRound(sender, journal, publisher.limits());
            FolderWatch watch = new FolderWatch(threads, settings, round, journal, new FolderChanges());
            watch.thread.start();
            return watch;
        } catch (InvalidRequestException e) {
            journal.close();
            throw e;
        } catch (IOException e) {
            journal.close();
            throw new ConfigException(
                    "the folder %s can't be watched: %s".formatted(settings.folder(), e.getMessage()));
        }
    }

    /**
     * Returns in one line why nothing is sent now: the journal can't be written, or the folder can't be read. Returns an empty
     * text while files are sent.
     */
    public String trouble() {
        return trouble;
    }

    /** Returns for how many seconds nothing could be sent; 0 while files are sent. */
    public double troubledSeconds() {
        return trouble.isEmpty() ? 0 : (System.nanoTime() - troubledSinceNanos) / 1e9;
    }

    /** Stops once every file that was sent is acknowledged or has failed. */
    @Override
    public void close() {
        try {
            changes.close();
            thread.join();
            journal.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            boolean open = true;
            while (open) {
                boolean clean = lookAndSend();
                if (!clean) {
                    open = changes.pause(RETRY);
                } else {
                    open = scan.sawNew() ? changes.pause(settings.settle()) : changes.awaitChange(RESCAN);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean lookAndSend() {
        try {
            boolean clean = round.send(scan.look(journal, changes::heed).values());
            if (!trouble.isEmpty()) {
                log.info("the folder {} can be sent again", settings.folder());
            }
            trouble = "";
            return clean;
        } catch (IOException | RuntimeException e) {
            String met = e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
            if (trouble.isEmpty()) {
                troubledSinceNanos = System.nanoTime();
            }
            if (!met.equals(trouble)) {
                log.warn("the folder {} can't be sent now; it is tried again every second: {}", settings.folder(), met);
            }
            trouble = met;
            return false;
        }
    }
}
