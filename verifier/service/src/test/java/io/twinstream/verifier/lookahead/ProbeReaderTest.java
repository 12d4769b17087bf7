package io.twinstream.verifier.lookahead;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.verifier.locate.RegionCut;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProbeReaderTest {
    private static final byte[] IMAGE = Probes.image(1);

    private final ProbeReader reader = new ProbeReader(
            ImageLimits.DEFAULT,
            new InputSpec(48, 48, 1, true),
            false,
            new RegionCut(new InputSpec(48, 48, 1, true), null));

    @Test
    void everyTaskIsReadWithItsPictures() {
        assertPictures(1, Probes.probe("p", IMAGE, new Identify(1)));
        assertPictures(1, Probes.probe("p", IMAGE, new Identify(100)));
        assertPictures(1, Probes.probe("p", IMAGE, new Claim("s")));
        assertPictures(2, Probes.probe("p", IMAGE, Probes.pairWith(IMAGE)));
    }

    @Test
    void thePicturesOfAPairKeepTheirOwnPixels() {
        byte[] other = Probes.image(2);

        List<Picture> pictures = reader.read(Probes.encode(Probes.probe("p", IMAGE, Probes.pairWith(other))))
                .pictures();

        assertArrayEquals(samples(IMAGE), pictures.get(0).samples());
        assertArrayEquals(samples(other), pictures.get(1).samples());
    }

    @Test
    void theLongestIdsAreTaken() {
        String longest = "x".repeat(200);

        assertPictures(1, Probes.probe(longest, IMAGE, new Claim(longest)));
    }

    @Test
    void whatCantBeAskedIsABadRequest() {
        String tooLong = "x".repeat(201);

        assertRejected("BAD_REQUEST", Probes.probe("p", IMAGE, new Identify(0)));
        assertRejected("BAD_REQUEST", Probes.probe("p", IMAGE, new Identify(101)));
        assertRejected("BAD_REQUEST", Probes.probe("p", IMAGE, new Identify(Integer.MIN_VALUE)));
        assertRejected("BAD_REQUEST", Probes.probe("p", IMAGE, new Claim("")));
        assertRejected("BAD_REQUEST", Probes.probe("p", IMAGE, new Claim(tooLong)));
        assertRejected("BAD_REQUEST", Probes.probe("", IMAGE, new Claim("s")));
        assertRejected("BAD_REQUEST", Probes.probe("x".repeat(1 << 20), IMAGE, new Claim("s")));
        assertRejected("BAD_REQUEST", Probes.probe("gate\u0007", IMAGE, new Claim("s")));
        assertRejected("BAD_REQUEST", Probes.probe("gate/1", IMAGE, new Claim("s")));
        assertRejected("BAD_REQUEST", Probes.probe(" gate", IMAGE, new Claim("s")));
        assertRejected("BAD_REQUEST", Probes.probe("gate\u202e", IMAGE, new Claim("s")));
        assertRejected("BAD_REQUEST", fromSource("", Probes.probe("p", IMAGE, new Claim("s"))));
        assertRejected("BAD_REQUEST", fromSource("gate\n", Probes.probe("p", IMAGE, new Claim("s"))));
    }

    @Test
    void claimAndSourceAreComposedAndTheProbesOwnIdIsLeftAsItCame() {
        Probe probe = Probes.probe("Jose\u0301", IMAGE, new Claim("Jose\u0301"));

        Probe read = reader.read(Probes.encode(fromSource("Tu\u0308r", probe))).probe();

        assertEquals("Jose\u0301", read.getProbeId());
        assertEquals("T\u00fcr", read.getSourceId());
        assertEquals("Jos\u00e9", ((Claim) read.getTask()).getSubjectId());
    }

    @Test
    void anIdWithWhatNobodySeesIsABadRequest() {
        assertRejected("BAD_REQUEST", Probes.probe("p", IMAGE, new Claim("ann\u200b")));
        assertRejected("BAD_REQUEST", fromSource("gate\ufffd", Probes.probe("p", IMAGE, new Identify(1))));
    }

    @Test
    void anImageThatIsRefusedGivesItsFaultAsReason() {
        assertRejected("EMPTY", Probes.probe("p", new byte[0], new Identify(1)));
        assertRejected("UNKNOWN_TYPE", Probes.probe("p", new byte[9], new Identify(1)));
        assertRejected("DAMAGED", Probes.probe("p", Arrays.copyOf(IMAGE, 60), new Identify(1)));
        assertRejected("TOO_MANY_BYTES", Probes.probe("p", new byte[(16 << 20) + 1], new Identify(1)));
        assertRejected("EMPTY", Probes.probe("p", IMAGE, Probes.pairWith(new byte[0])));
    }

    @Test
    void bytesThatAreNoProbeAreNone() {
        assertRejected("NOT_A_PROBE", (byte[]) null);
        assertRejected("NOT_A_PROBE", new byte[0]);
        assertRejected("NOT_A_PROBE", new byte[100]);
        byte[] good = Probes.encode(Probes.probe("p", IMAGE, new Identify(1)));
        for (int length = 0; length < good.length; length++) {
            assertRejected("NOT_A_PROBE", Arrays.copyOf(good, length));
        }
    }

    private static Probe fromSource(String source, Probe probe) {
        return new Probe(
                probe.getProbeId(),
                source,
                probe.getSubmittedAt(),
                probe.getImage(),
                probe.getTask(),
                probe.getRegion());
    }

    private void assertPictures(int count, Probe probe) {
        ProbeReader.ReadProbe reading = reader.read(Probes.encode(probe));

        assertNull(reading.rejection());
        assertEquals(probe, reading.probe());
        assertEquals(count, reading.pictures().size());
    }

    private static byte[] samples(byte[] image) {
        return ((Picture) new ImageDecoder(ImageLimits.DEFAULT).decode(image, 1)).samples();
    }

    private void assertRejected(String reason, Probe probe) {
        assertRejected(reason, Probes.encode(probe));
    }

    private void assertRejected(String reason, byte @Nullable [] value) {
        PreparedProbe.Rejected rejection = reader.read(value).rejection();

        assertEquals(reason, rejection == null ? null : rejection.reason());
        assertEquals(1, rejection.message().lines().count(), rejection.message());
        assertTrue(rejection.message().length() < 300, rejection.message());
    }
}
