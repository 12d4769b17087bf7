package io.twinstream.schemas.release;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.modelpackage.InvalidPackageException;
import io.twinstream.schemas.record.ModelRelease;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ReleaseClaimsTest {
    @Test
    void whatAPublisherWritesPasses() {
        assertDoesNotThrow(() -> ReleaseClaims.check(ShippedReleases.shipped().build()));
    }

    @Test
    void sizesThatCantBeTrueAreRefused() {
        assertEquals(
                "the published package compact/1.2 claims 3221225472 bytes, 1 to 1073741824 are taken",
                refusal(release -> release.setPackageBytes(3L << 30)));
        refused("claims 0 bytes", release -> release.setPackageBytes(0));
        refused("claims -1 bytes", release -> release.setPackageBytes(-1));
        refused("claims chunks of 0 bytes", release -> release.setChunkBytes(0));
        refused("claims chunks of 2147483647 bytes", release -> release.setChunkBytes(Integer.MAX_VALUE));
        refused("claims 3 chunks, its 1000000 bytes are 2", release -> release.setChunkCount(3));
        refused("claims -2 chunks", release -> release.setChunkCount(-2));
    }

    @Test
    void placesThatCantBeTrueAreRefused() {
        refused("claims partition 7", release -> release.setChunkPartition(7));
        refused("between the offsets -1 and 12", release -> release.setFirstOffset(-1));
        refused("between the offsets 10 and 10", release -> release.setLastOffset(10));
        refused("between the offsets 10 and -9223372036854775808", release -> release.setLastOffset(Long.MIN_VALUE));
    }

    @Test
    void aHashThatWouldNameAnotherFileIsRefused() {
        refused("claims a SHA-256 that is none", release -> release.setPackageSha256("../../etc/passwd"));
    }

    @Test
    void anIdThatIsNoneIsRefused() {
        assertEquals(
                "a model's name is 1 to 100 of the characters a-z A-Z 0-9 . _ -, was '../x'",
                refusal(release -> release.setName("../x")));
    }

    @Test
    void theManifestOfAnotherVersionIsRefused() {
        refused("compact/2 holds the manifest of compact/1.2", release -> release.setVersion("2"));
    }

    @Test
    void aManifestOfANewerFormatIsRefusedInTheWordsOfThePackage() {
        refused(
                "compact/1.2: this release reads manifest formats 1 and 2, the package has 3",
                release -> release.setManifest(json("{\"format\": 3, \"news\": true}")));
    }

    @Test
    void aManifestThatUnpacksToMoreThanAModelIsRefused() {
        String manifest = StandardCharsets.UTF_8
                .decode(ShippedReleases.shipped().getManifest().duplicate())
                .toString();
        String bomb = manifest.replaceAll("\"bytes\" : \\d+", "\"bytes\" : 3000000000");

        refused("claims files of 12000000000 bytes", release -> release.setManifest(json(bomb)));
    }

    private static ByteBuffer json(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String fault, Consumer<ModelRelease.Builder> lie) {
        String message = refusal(lie);
        assertTrue(message.contains(fault), message);
        assertEquals(1, message.lines().count());
    }

    private static String refusal(Consumer<ModelRelease.Builder> lie) {
        ModelRelease.Builder release = ShippedReleases.shipped();
        lie.accept(release);
        return assertThrows(InvalidPackageException.class, () -> ReleaseClaims.check(release.build()))
                .getMessage();
    }
}
