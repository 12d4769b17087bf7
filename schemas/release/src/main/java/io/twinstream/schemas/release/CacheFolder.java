package io.twinstream.schemas.release;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where fetched packages are kept: the setting, else the user's cache folder (XDG Base Directory), else the temporary one. */
final class CacheFolder {
    private static final Path OURS = Path.of("twinstream", "models");

    private CacheFolder() {}

    static Path of(Optional<Path> set) {
        return of(
                set.map(Path::toString).orElse(""),
                System.getenv(),
                System.getProperty("user.home", ""),
                System.getProperty("java.io.tmpdir", "."));
    }

    static Path of(String setting, Map<String, String> environment, String home, String temporary) {
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
}
