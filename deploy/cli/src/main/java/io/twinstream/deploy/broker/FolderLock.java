package io.twinstream.deploy.broker;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigException;

/**
 * Holds a folder for one broker alone. The system gives the lock up when the process ends, however it ends. On a network file
 * system the lock holds as far as that has locks.
 */
final class FolderLock implements AutoCloseable {
    private static final String FILE = ".twinstream-broker";

    /** The folders that this process has locked: closing a file a second time would give up the lock on it. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks a folder that exists, and touches nothing else in it.
     *
     * @throws ConfigException if a broker has it
     */
    static FolderLock of(Path given) throws IOException {
        Path folder = given.toRealPath();
        if (!HELD.add(folder)) {
            throw inUse(given);
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            locked = channel.tryLock() != null;
            if (!locked) {
                throw inUse(given);
            }
            return new FolderLock(folder, channel);
        } finally {
            if (!locked) {
                HELD.remove(folder);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    private static ConfigException inUse(Path folder) {
        return new ConfigException(
                "the folder %s is in use by a broker that runs: stop that one, or name another folder with --folder"
                        .formatted(folder));
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            HELD.remove(folder);
        }
    }
}
