package io.twinstream.schemas.release;

import io.twinstream.schemas.text.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps files named by their SHA-256 in a folder that many processes may share. A file is there whole or not at all, and its
 * bytes are read only if they have the hash. Above a bound the least recently used files are removed, but none that was used
 * within a minute.
 *
 * <p>Maintainers: a file's modification time says when it was last used. A reader keeps the file open, so that it can still be
 * read if another process removes it.
 */
final class PackageFolder {
    static final Duration IN_USE = Duration.ofMinutes(1);
    /**
     * Time after which an unfinished file is removed. It is longer than a fetch waits for its next chunk, so the process that
     * wrote the file must have died.
     */
    static final Duration ABANDONED = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(PackageFolder.class);
    private static final Path OURS = Path.of("twinstream", "models");
    private static final String WHOLE = ".zip";
    private static final String PART = ".part";
    private static final String TRIED = ".tried";
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path folder;
    private final long mostBytes;
    private final Clock clock;

    PackageFolder(Path folder, long mostBytes, Clock clock) {
        this.folder = folder;
        this.mostBytes = mostBytes;
        this.clock = clock;
    }

    /**
     * Returns the folder to use: the one of the setting, else one in the user's cache folder (XDG Base Directory), else one in
     * the temporary folder.
     */
    static Path place(Optional<Path> set) {
        return place(
                set.map(Path::toString).orElse(""),
                System.getenv(),
                System.getProperty("user.home", ""),
                System.getProperty("java.io.tmpdir", "."));
    }

    static Path place(String setting, Map<String, String> environment, String home, String temporary) {
        if (!setting.isEmpty()) {
            return Path.of(setting);
        }
        Path cache = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
        if (cache.isAbsolute()) {
            return cache.resolve(OURS);
        }
        Path user = Path.of(home);
        // Users of containers often have no cache folder, or one that they can't write to.
        boolean usable = user.isAbsolute() && Files.isDirectory(user) && Files.isWritable(user);
        return usable
                ? user.resolve(".cache").resolve(OURS)
                : Path.of(temporary).resolve(OURS);
    }

    /** Writes the bytes of a file. */
    @FunctionalInterface
    interface FileContent {
        void into(OutputStream out) throws IOException;
    }

    /** Opens the bytes with this hash, which the caller closes; empty if they are missing or damaged. */
    Optional<InputStream> read(String sha256) throws IOException {
        Path file = file(sha256);
        FileChannel channel;
        try {
            channel = FileChannel.open(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        boolean whole = false;
        try {
            whole = hash(channel).equals(sha256);
            channel.position(0);
        } finally {
            if (!whole) {
                channel.close();
            }
        }
        if (!whole) {
            log.warn("the file {} in the package cache is damaged and is fetched again", file);
            return Optional.empty();
        }
        touch(file);
        return Optional.of(new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES));
    }

    private static String hash(FileChannel channel) throws IOException {
        MessageDigest digest = Sha256.digest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer) >= 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Puts a file into the folder, in the place of a damaged one, and removes others to make room. */
    void put(String sha256, FileContent content) throws IOException {
        Path part = part(sha256);
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                content.into(out);
            }
            Files.move(part, file(sha256), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
        touch(file(sha256));
        evict(file(sha256));
    }

    /** Returns whether the model of this hash was noted as tried under this key. */
    boolean isTried(String sha256, String key) {
        try {
            return Files.readString(note(file(sha256))).equals(key);
        } catch (IOException e) {
            return false;
        }
    }

    /** Notes that the model was tried; where the note can't be written, the model is tried again after a restart. */
    void tried(String sha256, String key) {
        try {
            Files.writeString(note(file(sha256)), key);
        } catch (IOException e) {
            log.debug("{} can't be noted as tried: {}", sha256, e.getMessage());
        }
    }

    private static Path note(Path file) {
        return file.resolveSibling(String.valueOf(file.getFileName()).replace(WHOLE, TRIED));
    }

    /** Returns a temporary file for this call alone, since another process may fetch the same package. */
    private Path part(String sha256) throws IOException {
        try {
            Files.createDirectories(folder);
            return Files.createFile(folder.resolve(sha256 + "-" + UUID.randomUUID() + PART));
        } catch (IOException e) {
            throw new IOException(
                    "the folder %s can't be written to: set models.cache.dir to one that can".formatted(folder), e);
        }
    }

    private void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
        } catch (IOException e) {
            // A folder that comes with a container image may be read only; nothing is removed there either.
            log.debug("{} can't be marked as used: {}", file, e.getMessage());
        }
    }

    private void evict(Path fetched) throws IOException {
        Instant now = clock.instant();
        List<Stored> whole = new ArrayList<>();
        for (Stored each : stored()) {
            if (each.file().toString().endsWith(WHOLE)) {
                whole.add(each);
            } else if (each.usedAt().isBefore(now.minus(ABANDONED))) {
                Files.deleteIfExists(each.file());
            }
        }
        whole.sort(Comparator.comparing(Stored::usedAt));
        long bytes = whole.stream().mapToLong(Stored::bytes).sum();
        for (Stored each : whole) {
            if (bytes > mostBytes
                    && !each.file().equals(fetched)
                    && each.usedAt().isBefore(now.minus(IN_USE))) {
                Files.deleteIfExists(each.file());
                Files.deleteIfExists(note(each.file()));
                bytes -= each.bytes();
                log.info("removed {} from the package cache", each.file());
            }
        }
    }

    private List<Stored> stored() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file ->
                            file.toString().endsWith(WHOLE) || file.toString().endsWith(PART))
                    .toList();
        }
        List<Stored> stored = new ArrayList<>();
        for (Path file : files) {
            try {
                stored.add(new Stored(
                        file, Files.size(file), Files.getLastModifiedTime(file).toInstant()));
            } catch (NoSuchFileException e) {
                log.debug("another process has removed {}", file);
            }
        }
        return stored;
    }

    /** Returns the file in which the bytes with this hash lie. */
    Path file(String sha256) {
        return folder.resolve(sha256 + WHOLE);
    }

    private record Stored(Path file, long bytes, Instant usedAt) {}
}
