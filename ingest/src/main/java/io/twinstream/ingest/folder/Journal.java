package io.twinstream.ingest.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what was sent and what was refused, one line of JSON a file. A line is appended after the broker has
 * acknowledged, and survives the death of the process; the last lines may be lost with the machine. Locked against
 * other processes. For one thread.
 *
 * <p>It keeps the latest entry of every path in memory and grows by a line for every file: lines of files that are gone
 * may be deleted while nothing watches.
 */
final class Journal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, JournalEntry> entries = new HashMap<>();

    /** A stream, not a channel: an interrupt would close a channel. */
    private final FileOutputStream out;

    private Journal(FileOutputStream out) {
        this.out = out;
    }

    /**
     * Opens or creates the file and reads what is there. What a crash left of a last line is dropped.
     *
     * @throws ConfigException if another process has it open, or a line can't be read
     */
    static Journal open(Path file) {
        try {
            Journal journal = new Journal(new FileOutputStream(file.toFile(), true));
            try {
                lock(journal.out.getChannel(), file);
                journal.read(file);
                return journal;
            } catch (IOException | RuntimeException e) {
                journal.close();
                throw e;
            }
        } catch (IOException e) {
            throw new ConfigException("the journal %s can't be used: %s".formatted(file, e.getMessage()));
        }
    }

    /** Whether the file was dealt with when it looked like this. */
    boolean knows(String path, FileLook look) {
        JournalEntry entry = entries.get(path);
        return entry != null && entry.look().equals(look);
    }

    /** Whether the path was sent with this content, even if it looks different now. */
    boolean wasSent(String path, String sha256) {
        JournalEntry entry = entries.get(path);
        return entry != null && entry.refused() == null && sha256.equals(entry.sha256());
    }

    void append(JournalEntry entry) throws IOException {
        out.write((JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        entries.put(entry.path(), entry);
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            LOG.warn("the journal was not closed cleanly: {}", e.toString());
        }
    }

    private static void lock(FileChannel channel, Path file) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Held within this process: the same answer.
        }
        throw new ConfigException("the journal %s is in use: something watches this folder already".formatted(file));
    }

    private void read(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        int end = content.length;
        while (end > 0 && content[end - 1] != '\n') {
            end--;
        }
        if (end < content.length) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
            }
        }
        int number = 0;
        for (String line : (Iterable<String>) new String(content, 0, end, StandardCharsets.UTF_8).lines()::iterator) {
            number++;
            try {
                JournalEntry entry = JSON.readValue(line, JournalEntry.class);
                entries.put(entry.path(), entry);
            } catch (JsonProcessingException e) {
                throw new ConfigException(
                        "line %d of the journal %s can't be read: delete the line, or the file to send everything again"
                                .formatted(number, file));
            }
        }
    }
}
