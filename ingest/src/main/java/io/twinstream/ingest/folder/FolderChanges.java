package io.twinstream.ingest.folder;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a thread sleep until something changes in a folder. Some changes are missed, above all on network file systems, so the
 * caller must look by itself now and then. For one thread, but for {@link #close}.
 */
final class FolderChanges implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FolderChanges.class);

    private final WatchService service;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private boolean full;

    FolderChanges() throws IOException {
        service = FileSystems.getDefault().newWatchService();
    }

    /** Watches a folder from now on, if the system has room for one more watch. */
    void heed(Path folder) {
        WatchKey known = keys.get(folder);
        if (full || (known != null && known.isValid())) {
            return;
        }
        try {
            keys.put(
                    folder,
                    folder.register(
                            service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY));
        } catch (ClosedWatchServiceException e) {
            full = true;
        } catch (IOException e) {
            full = true;
            log.info(
                    "the system can't watch every folder, so the rest are looked through every few seconds instead: {}",
                    e.getMessage());
        }
    }

    /** Sleeps until something changes, at most this long. Returns false once closed. */
    boolean awaitChange(Duration atMost) throws InterruptedException {
        try {
            WatchKey key = service.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            while (key != null) {
                key.pollEvents();
                if (!key.reset()) {
                    keys.values().remove(key);
                }
                key = service.poll();
            }
            return closed.getCount() > 0;
        } catch (ClosedWatchServiceException e) {
            return false;
        }
    }

    /** Sleeps this long, whatever changes. Returns false once closed. */
    boolean pause(Duration length) throws InterruptedException {
        return !closed.await(length.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            service.close();
        } catch (IOException e) {
            log.warn("the watch on the folder was not closed cleanly: {}", e.toString());
        }
    }
}
