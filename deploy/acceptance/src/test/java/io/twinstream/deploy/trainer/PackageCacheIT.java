package io.twinstream.deploy.trainer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.settings.AllSettings;
import io.twinstream.deploy.testkit.Packages;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.ModelRelease;
import io.twinstream.schemas.release.PackageCache;
import io.twinstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PackageCacheIT {
    private static final Set<Integer> NONE = Set.of();

    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    @TempDir
    Path folder;

    @Test
    void aRestartNeedsNoDownloadAndADamagedFileIsFetchedAgain() throws Exception {
        Settings settings = prepare("restart", Map.of());
        byte[] archive = Packages.working("letters", "1");
        ModelRelease release = HandmadeRelease.write(settings, archive, NONE).build();
        Wired.cache(settings).get(release);

        ModelPackage held = Wired.cache(withoutBroker()).get(release);

        assertEquals("letters", held.manifest().name());
        Path file = folder.resolve("cache").resolve(release.getPackageSha256() + ".zip");
        Files.write(file, new byte[] {1, 2, 3});
        assertThrows(KafkaException.class, () -> Wired.cache(withoutBroker()).get(release));
        Wired.cache(settings).get(release);
        assertArrayEquals(archive, Files.readAllBytes(file));
    }

    @Test
    void aMissingChunkIsARefusalThatNamesIt() throws Exception {
        Settings settings = prepare("missing", Map.of());
        byte[] archive = Packages.working("letters", "1");
        int last = (archive.length - 1) / HandmadeRelease.CHUNK_BYTES;

        refused(settings, "lacks chunk 3: letters/1/4 lies", HandmadeRelease.write(settings, archive, Set.of(3)));
        refused(
                settings,
                "lacks chunk " + last + " of " + (last + 1),
                HandmadeRelease.write(settings, archive, Set.of(last)));
        refused(settings, "lacks chunk 0: letters/1/1 lies", HandmadeRelease.write(settings, archive, Set.of(0)));
        Wired.cache(settings).get(HandmadeRelease.write(settings, archive, NONE).build());
    }

    @Test
    void aFlippedBitIsARefusalAndNothingIsKept() throws Exception {
        Settings settings = prepare("flipped", Map.of());
        byte[] archive = Packages.large("noise", "1", 300_000, 1);
        refused(
                settings,
                "noise/1 is damaged: its SHA-256 is not that of its release",
                HandmadeRelease.write(settings, archive, flip(archive), NONE));
        assertEquals(List.of(), files());
    }

    @Test
    void claimsThatCantBeTrueAreRefusedWithoutABroker() throws Exception {
        Settings settings = prepare("false-claims", Map.of());
        byte[] archive = Packages.working("letters", "1");
        ModelRelease release = HandmadeRelease.write(settings, archive, NONE).build();
        ByteBuffer newer = ByteBuffer.wrap("{\"format\": 3}".getBytes());

        refused(
                withoutBroker(),
                "claims 3221225472 bytes, 1 to 1073741824 are taken",
                ModelRelease.newBuilder(release).setPackageBytes(3L << 30));
        refused(
                withoutBroker(),
                "claims 70 chunks",
                ModelRelease.newBuilder(release).setChunkCount(70));
        refused(
                withoutBroker(),
                "letters/1: this release reads manifest formats 1 and 2, the package has 3",
                ModelRelease.newBuilder(release).setManifest(newer));
        refused(
                settings,
                "and the topic ends at",
                ModelRelease.newBuilder(release).setLastOffset(Long.MAX_VALUE));
    }

    @Test
    void aPackageWithAnotherManifestThanItsReleaseIsRefused() throws Exception {
        Settings settings = prepare("manifest", Map.of());
        ModelRelease one = HandmadeRelease.write(settings, Packages.working("letters", "1"), NONE)
                .build();
        ModelRelease.Builder two = HandmadeRelease.write(settings, Packages.large("letters", "1", 300_000, 1), NONE);

        refused(settings, "letters/1 holds another manifest than its release", two.setManifest(one.getManifest()));
    }

    @Test
    void aBrokerThatDoesntAnswerIsNoRefusal() throws Exception {
        Settings settings = prepare("gone", Map.of());
        ModelRelease release = HandmadeRelease.write(settings, Packages.working("letters", "1"), NONE)
                .build();

        assertThrows(KafkaException.class, () -> Wired.cache(withoutBroker()).get(release));
    }

    @Test
    void aFolderThatCantBeUsedIsNoRefusal() throws Exception {
        Settings settings = prepare("no-folder", Map.of());
        ModelRelease release = HandmadeRelease.write(settings, Packages.working("letters", "1"), NONE)
                .build();
        Files.createFile(folder.resolve("cache"));

        String message = assertThrows(
                        KafkaException.class, () -> Wired.cache(settings).get(release))
                .getMessage();

        assertTrue(message.contains("models.cache.dir names its folder: "), message);
    }

    @Test
    void aboveTheBoundOldPackagesGo() throws Exception {
        byte[] archive = Packages.working("letters", "1");
        Settings settings = prepare("bound", Map.of("models.cache.bytes", Integer.toString(archive.length + 1_000)));
        ModelRelease one = HandmadeRelease.write(settings, archive, NONE).build();
        ModelRelease two = HandmadeRelease.write(settings, Packages.working("letters", "2"), NONE)
                .build();
        PackageCache cache = Wired.cache(settings);
        cache.get(one);
        Path old = folder.resolve("cache").resolve(one.getPackageSha256() + ".zip");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(1))));

        cache.get(two);

        assertEquals(List.of(two.getPackageSha256() + ".zip"), files());
    }

    private static byte[] flip(byte[] archive) {
        byte[] flipped = archive.clone();
        flipped[archive.length / 2] ^= 1;
        return flipped;
    }

    private static void refused(Settings settings, String fault, ModelRelease.Builder release) {
        String message = assertThrows(
                        InvalidPackageException.class,
                        () -> Wired.cache(settings).get(release.build()))
                .getMessage();
        assertTrue(message.contains(fault), message);
        assertEquals(1, message.lines().count(), message);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("cache"))) {
            return all.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Settings prepare(String prefix, Map<String, String> more) throws InterruptedException {
        Map<String, String> values = new HashMap<>(more);
        values.put("models.cache.dir", folder.resolve("cache").toString());
        return broker.prepare(prefix, values);
    }

    private Settings withoutBroker() {
        return Settings.parse(
                AllSettings.define(),
                Map.of(
                        "models.cache.dir", folder.resolve("cache").toString(),
                        "bootstrap.servers", "localhost:1",
                        "kafka.default.api.timeout.ms", "1000",
                        "kafka.request.timeout.ms", "1000"));
    }
}
