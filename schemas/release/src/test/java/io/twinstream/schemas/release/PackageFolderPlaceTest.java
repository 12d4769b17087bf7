package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageFolderPlaceTest {
    @TempDir
    Path home;

    @Test
    void theSettingHolds() {
        assertEquals(Path.of("models"), folder("models", Map.of("XDG_CACHE_HOME", "/c"), home.toString()));
    }

    @Test
    void withoutOneItIsTheUsersCacheFolder() {
        assertEquals(Path.of("/c/twinstream/models"), folder("", Map.of("XDG_CACHE_HOME", "/c"), home.toString()));
        assertEquals(home.resolve(".cache/twinstream/models"), folder("", Map.of(), home.toString()));
        assertEquals(
                home.resolve(".cache/twinstream/models"),
                folder("", Map.of("XDG_CACHE_HOME", "here"), home.toString()));
    }

    @Test
    void aUserWithoutAHomeHasTheTemporaryFolder() {
        assertEquals(Path.of("/t/twinstream/models"), folder("", Map.of(), "?"));
        assertEquals(Path.of("/t/twinstream/models"), folder("", Map.of(), ""));
        assertEquals(
                Path.of("/t/twinstream/models"),
                folder("", Map.of(), home.resolve("none").toString()));
    }

    private static Path folder(String setting, Map<String, String> environment, String home) {
        return PackageFolder.place(setting, environment, home, "/t");
    }
}
