package io.twinstream.ingest.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.twinstream.schemas.image.ImageFault;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.ImageRefusedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DecodingRoomTest {
    private static final int MIB = 1 << 20;

    private final DecodingRoom room = new DecodingRoom(ImageLimits.DEFAULT, 10 * MIB, 4, Duration.ofMillis(1));

    @Test
    void whatTheMemoryHoldsIsDecodedAtATimeAndOneMoreIsTooMuch() throws Exception {
        String both = room.run(6 * MIB, outer -> room.run(4 * MIB, inner -> "both"));

        assertEquals("both", both);
        assertThrows(
                Pictures.TooBusyException.class,
                () -> room.run(6 * MIB, outer -> room.run(5 * MIB, inner -> "too much")));
    }

    @Test
    void smallPicturesAreBoundedByTheirNumber() {
        assertThrows(
                Pictures.TooBusyException.class,
                () -> room.run(
                        1, a -> room.run(1, b -> room.run(1, c -> room.run(1, d -> room.run(1, e -> "the fifth"))))));
    }

    @Test
    void onePictureThatTakesMoreThanAllHasItAlone() throws Exception {
        assertEquals("alone", room.run(100L * MIB, decoder -> "alone"));
        assertThrows(
                Pictures.TooBusyException.class,
                () -> room.run(100L * MIB, outer -> room.run(1, inner -> "not alone")));
    }

    @Test
    void roomIsGivenBackWhateverHappens() throws Exception {
        ImageRefusedException refused = assertThrows(
                ImageRefusedException.class,
                () -> room.run(10 * MIB, decoder -> {
                    throw new OutOfMemoryError("thrown by a test");
                }));

        assertEquals(ImageFault.TOO_MANY_PIXELS, refused.fault());
        assertEquals("again", room.run(10 * MIB, decoder -> "again"));
    }
}
