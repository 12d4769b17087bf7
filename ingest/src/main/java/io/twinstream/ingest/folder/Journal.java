package io.twinstream.ingest.folder;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which files were sent and which were refused, one line of JSON each. An entry counts at once, even if the disk
 * takes nothing now; its line is written, in order, as soon as the disk does. The file is locked against other processes. For
 * one thread.
 *
 * <p>A line survives the death of the process once it is written, and that of the machine once it is {@linkplain #force
 * forced}. A sender {@linkplain #reserve reserves} room first, so that a full disk stops the sending and not the noting.
 *
 * <p>The latest entry of every path is kept in memory, and the file grows by a line for every file that is sent. Lines of
 * files that are gone may be deleted while no process watches the folder.
 *
 * <p>Maintainers: the file holds whole lines up to {@code forced}, then those of {@code lines}, of which the first {@code
 * written} bytes were taken by the disk, then the reserve of spaces. A write that fails is repeated from its beginning, so it
 * covers what it left.
 */
final class Journal implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The beginning of each line. No text within a line can hold it, since JSON escapes quotation marks. */
    private static final String HEAD = "{\"path\":";

    /** Stands in for a hash that isn't known before the file is read. */
    private static final String ANY_SHA256 = "0".repeat(64);

    /** Stands in for an id, which is no longer than this, before the file is read. */
    private static final String ANY_ID = "0".repeat(FolderSender.ID_DIGITS);

    private static final int MOST_BYTES = 1 << 30;

    /** A key that no file has; it stands for a closed file. */
    private static final Object CLOSED = new Object();

    private final Path path;
    private final Map<String, JournalEntry> entries = new HashMap<>();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private int written;
    private long forced;

    /** The open journal. It isn't read through a channel, since an interrupt would close that. */
    private RandomAccessFile file;

    /** Tells the open file from another that has taken its place; null where the system can't say. */
    private @Nullable Object key = CLOSED;

    private Journal(Path path) throws IOException {
        this.path = path;
        this.file = locked(path);
        try {
            read();
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens or creates the file and reads its entries. Torn lines are removed with a warning; their files are sent again under
     * the same ids.
     *
     * @throws ConfigException if another process has it open, or it is no journal
     */
    static Journal open(Path path) {
        try {
            return new Journal(path);
        } catch (IOException e) {
            throw new ConfigException("the journal %s can't be used: %s".formatted(path, e.getMessage()));
        }
    }

    /** Returns whether the file was sent or refused when it had this stamp. */
    boolean knows(String path, FileStamp look) {
        JournalEntry entry = entries.get(path);
        return entry != null && entry.look().equals(look);
    }

    /** Returns whether the path was sent with this content, even if its stamp is another now. */
    boolean wasSent(String path, String sha256) {
        JournalEntry entry = entries.get(path);
        return entry != null && entry.refused() == null && sha256.equals(entry.sha256());
    }

    /** Returns the id under which the path was sent; null if it wasn't, or that isn't known. */
    @Nullable
    String id(String path) {
        JournalEntry entry = entries.get(path);
        return entry == null ? null : entry.id();
    }

    /** Returns the paths of all files that were sent, sorted. */
    List<String> sent() {
        return entries.values().stream()
                .filter(entry -> entry.refused() == null)
                .map(JournalEntry::path)
                .sorted()
                .toList();
    }

    /** Remembers an entry, and writes it if the disk takes it now. */
    void append(JournalEntry entry) {
        boolean behind = written < lines.size();
        byte[] line = remember(entry);
        if (!behind) {
            try {
                write(line, 0);
            } catch (IOException e) {
                log.debug("the line is written later", e);
            }
        }
    }

    /**
     * Reserves room on the disk for the lines of these files, until {@link #force}. Lines that aren't written yet are written
     * first.
     *
     * @throws IOException with one line, if there is no room or the journal can't be written
     */
    void reserve(Collection<FolderScan.SettledFile> files) throws IOException {
        force();
        int bytes = files.stream()
                .mapToInt(each -> line(new JournalEntry(each.path(), each.look(), ANY_SHA256, ANY_ID, null)).length)
                .sum();
        byte[] spaces = new byte[bytes];
        Arrays.fill(spaces, (byte) ' ');
        try {
            file.seek(forced);
            file.write(spaces);
        } catch (IOException e) {
            giveBack();
            throw unusable(e);
        }
    }

    /**
     * Returns when all entries are on the disk and nothing is reserved any more. A journal that was deleted is written anew,
     * and one that was replaced is completed.
     *
     * @throws IOException with one line, if that can't be done now
     */
    void force() throws IOException {
        try {
            if (isElsewhere()) {
                reopen();
            }
            if (lines.size() > 0) {
                write(lines.toByteArray(), written);
                sync();
            }
            if (file.length() != forced) {
                file.setLength(forced);
            }
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    @Override
    public void close() {
        try {
            force();
        } catch (IOException e) {
            log.warn(
                    "{}; files whose lines it lacks are sent again under the same ids at the next start",
                    e.getMessage());
        }
        try {
            file.close();
        } catch (IOException e) {
            log.warn("the journal was not closed cleanly: {}", e.toString());
        }
    }

    private byte[] remember(JournalEntry entry) {
        byte[] line = line(entry);
        lines.writeBytes(line);
        entries.put(entry.path(), entry);
        return line;
    }

    private void write(byte[] bytes, int from) throws IOException {
        try {
            file.seek(forced + written);
            file.write(bytes, from, bytes.length - from);
            written += bytes.length - from;
        } catch (IOException e) {
            giveBack();
            throw e;
        }
    }

    private void sync() throws IOException {
        try {
            file.getFD().sync();
        } catch (IOException e) {
            // Nobody knows what is on the disk now.
            written = 0;
            throw e;
        }
        forced += lines.size();
        lines.reset();
        written = 0;
    }

    /** Frees the room that isn't used on a full disk; where that fails too, the next line overwrites it. */
    private void giveBack() {
        try {
            file.setLength(forced + written);
        } catch (IOException e) {
            log.debug("the line that was begun in {} stays until the next one overwrites it", path, e);
        }
    }

    private boolean isElsewhere() throws IOException {
        try {
            return !Objects.equals(
                    key, Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private void reopen() throws IOException {
        Map<String, JournalEntry> known = new HashMap<>(entries);
        // First, since closing a file gives up every lock of this process on it.
        file.close();
        key = CLOSED;
        try {
            file = locked(path);
            entries.clear();
            lines.reset();
            written = 0;
            read();
        } catch (ConfigException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            known.forEach((name, entry) -> {
                if (!entry.equals(entries.get(name))) {
                    remember(entry);
                }
            });
        }
        log.warn("the journal {} was deleted or replaced: it is written again", path);
    }

    private static RandomAccessFile locked(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        try {
            lock(file.getChannel(), path);
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static void lock(FileChannel channel, Path path) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Held within this process: the same answer.
        }
        throw new ConfigException(
                "the journal %s is in use: another watch with this journal is running".formatted(path));
    }

    /**
     * Reads the entries and overwrites torn lines with spaces, which JSON allows before the next line and which take no
     * further room.
     */
    private void read() throws IOException {
        if (file.length() > MOST_BYTES) {
            throw new IOException("it is larger than 1 GiB: delete it, or the lines of files that are gone");
        }
        byte[] content = new byte[(int) file.length()];
        file.seek(0);
        file.readFully(content);
        // One character a byte.
        String text = new String(content, StandardCharsets.ISO_8859_1);
        requireJournal(text.trim());
        int torn = 0;
        int whole = 0;
        for (int next = 0; next < content.length; ) {
            int begin = next;
            int end = text.indexOf('\n', begin);
            next = end < 0 ? content.length : end + 1;
            String line = text.substring(begin, next);
            int head = Math.max(0, line.lastIndexOf(HEAD));
            JournalEntry entry = end < 0 ? null : entry(content, begin + head, next);
            // Before it stands a line that a full disk had cut off.
            int readable = entry == null ? next : begin + head;
            if (!text.substring(begin, readable).isBlank()) {
                torn++;
                Arrays.fill(content, begin, readable, (byte) ' ');
                if (end >= 0) {
                    file.seek(begin);
                    file.write(content, begin, readable - begin);
                }
            }
            if (entry != null) {
                entries.put(entry.path(), entry);
                whole = next;
            }
        }
        forced = whole;
        if (file.length() != whole) {
            file.setLength(whole);
        }
        key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        if (torn > 0) {
            log.warn(
                    "{} torn lines of the journal {} are removed; their files are sent again under the same ids",
                    torn,
                    path);
        }
    }

    /** Refuses a file that is no journal, so that nobody's file is emptied because it was named as the journal. */
    private void requireJournal(String text) {
        if (!text.startsWith(HEAD) && !HEAD.startsWith(text)) {
            throw new ConfigException(
                    "the file %s is no journal: let ingest.folder.journal name another, or delete it".formatted(path));
        }
    }

    private static @Nullable JournalEntry entry(byte[] content, int from, int to) throws IOException {
        try {
            JournalEntry entry = JSON.readValue(content, from, to - from, JournalEntry.class);
            return entry.path() == null || entry.look() == null ? null : entry;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static byte[] line(JournalEntry entry) {
        try {
            return (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private IOException unusable(IOException cause) {
        return new IOException("the journal %s can't be written: %s".formatted(path, cause.getMessage()), cause);
    }

    /**
     * Notes that one file was sent, or why it was refused.
     *
     * @param path within the watched folder, with slashes
     * @param sha256 of the content; null if it was refused unread
     * @param id of the probe or reference; null if it was not sent, and on lines of earlier releases
     * @param refused why it was not sent; null if it was
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    record JournalEntry(
            String path,
            FileStamp look,
            @Nullable String sha256,
            @Nullable String id,
            @Nullable String refused) {}
}
