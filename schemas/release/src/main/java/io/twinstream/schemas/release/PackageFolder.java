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
 * A folder of files named by their SHA-256, which many processes may share. A file is there whole or not at all, and what
 * is read has the hash; those used least recently are removed above a bound, but none that was used within a minute.
 *
 * <p>Maintainers: a file's modification time is when it was used last. A reader keeps the file
 * open, so one that another process removes then can still be read.
 */
final class PackageFolder {
    static final Duration IN_USE = Duration.ofMinutes(1);
    /** Longer than a fetch waits for its next chunk: what was not written to for so long belongs to a process that died. */
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

    /** Where it is kept: the setting, else the user's cache folder (XDG Base Directory), else the temporary one. */
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
        // Containers often run users that have none, or one that they can't write to.
        boolean usable = user.isAbsolute() && Files.isDirectory(user) && Files.isWritable(user);
        return usable
                ? user.resolve(".cache").resolve(OURS)
                : Path.of(temporary).resolve(OURS);
    }

    /** What writes the bytes of a file. */
    @FunctionalInterface
    interface Content {
        void into(OutputStream out) throws IOException;
    }

    /** The bytes with this hash, to be closed; empty if they aren't there, or not as they should be. */
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
            log.warn("{} is damaged and fetched again", file);
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

    /** Puts a file there, in the place of a damaged one, and makes room. */
    void put(String sha256, Content content) throws IOException {
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

    /** Whether they were noted under this key. */
    boolean isTried(String sha256, String key) {
        try {
            return Files.readString(note(file(sha256))).equals(key);
        } catch (IOException e) {
            return false;
        }
    }

    /** Notes that the model was tried; where that can't be, it is tried again after a restart. */
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

    /** Of this call alone: another process may fetch the same. */
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
            // A folder that comes with an image may be read only; nothing is evicted there either.
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

    /** Where the bytes with this hash lie. */
    Path file(String sha256) {
        return folder.resolve(sha256 + WHOLE);
    }

    private record Stored(Path file, long bytes, Instant usedAt) {}
}
