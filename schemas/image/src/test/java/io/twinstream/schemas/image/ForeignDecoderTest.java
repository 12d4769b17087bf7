package io.twinstream.schemas.image;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForeignDecoderTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final byte[] PICTURE = {1};

    private final ForeignDecoder decoder = new ForeignDecoder(LONG, SHORT);

    @Test
    void aResultComesBackFromAnotherThread() throws ImageRefusedException {
        Thread other = decoder.result(PICTURE, Thread::currentThread);

        assertTrue(other != Thread.currentThread() && other.isDaemon());
    }

    @Test
    void aDecodersOwnFaultIsHandedOn() {
        ImageRefusedException own = new ImageRefusedException(ImageFault.TOO_SMALL, "two");

        assertEquals(ImageFault.TOO_SMALL, fault(() -> {
            throw own;
        }));
    }

    @Test
    void memoryThatDoesNotSufficeIsThePicturesFault() {
        assertEquals(ImageFault.TOO_MANY_PIXELS, fault(() -> {
            throw new OutOfMemoryError("an array of 2 GB");
        }));
    }

    @Test
    void aStackThatOverflowsIsDamage() {
        assertEquals(ImageFault.DAMAGED, fault(ForeignDecoderTest::deeper));
    }

    @Test
    void aDecoderThatFailsIsDamage() {
        assertEquals(ImageFault.DAMAGED, fault(() -> {
            throw new IllegalArgumentException("what is this?");
        }));
    }

    @Test
    void aDecoderThatStandsStillTwiceIsStuckAndTheNextPictureIsDecoded() throws ImageRefusedException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();
        Instant before = Instant.now();

        assertEquals(ImageFault.STUCK, fault(() -> {
            tries.incrementAndGet();
            return awaited(end);
        }));

        assertEquals(2, tries.get());
        assertEquals(2, decoder.lostThreads());
        assertEquals("next", decoder.result(new byte[] {2}, () -> "next"));
        Instant since = await().until(() -> decoder.longestSince(true), Optional::isPresent)
                .orElseThrow();
        assertTrue(!since.isBefore(before));
        assertEquals(Optional.empty(), decoder.longestSince(false), "nobody waits for it");
        end.countDown();
        await().until(() -> decoder.lostThreads() == 0);
        assertEquals(Optional.empty(), decoder.longestSince(true));
    }

    @Test
    void aPictureThatStoodStillOnceIsDecodedAtTheSecondTry() throws ImageRefusedException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();

        assertEquals(2, decoder.result(PICTURE, () -> tries.incrementAndGet() == 1 ? awaited(end) : 2));

        end.countDown();
    }

    @Test
    void aPictureThatWasStuckIsKnownAgain() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();
        fault(() -> awaited(end));

        assertEquals(ImageFault.STUCK, fault(tries::incrementAndGet));

        assertEquals(0, tries.get());
        end.countDown();
    }

    @Test
    void processorTimeEndsADecoderThatComputesForEver() {
        ForeignDecoder busy = new ForeignDecoder(SHORT, LONG);
        AtomicBoolean end = new AtomicBoolean();

        ImageRefusedException refused = assertTimeoutPreemptively(
                LONG, () -> assertThrows(ImageRefusedException.class, () -> busy.result(PICTURE, () -> computed(end))));

        assertEquals(ImageFault.STUCK, refused.fault());
        end.set(true);
        await().until(() -> busy.lostThreads() == 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReaderThatGoesOnReadingEndsWithItsTime(boolean single) {
        assertEquals(ImageFault.STUCK, fault(() -> {
            try (EncodedBytes stream = new EncodedBytes(new byte[100])) {
                while (true) {
                    stream.seek(0);
                    int read = single ? stream.read() : stream.read(new byte[10]);
                    assertTrue(read >= 0);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }));

        await().until(() -> decoder.lostThreads() == 0);
    }

    @Test
    void anInterruptedCallerGetsItsResultAndStaysInterrupted() throws ImageRefusedException {
        Thread.currentThread().interrupt();

        assertEquals("whole", decoder.result(PICTURE, () -> "whole"));

        assertTrue(Thread.interrupted());
    }

    private ImageFault fault(ForeignDecoder.Decoding<?> decoding) {
        return assertThrows(ImageRefusedException.class, () -> decoder.result(PICTURE, decoding))
                .fault();
    }

    private static int deeper() {
        return deeper() + 1;
    }

    /** Waits like a decoder that ignores its interrupt. */
    private static int awaited(CountDownLatch end) {
        while (true) {
            try {
                end.await();
                return 1;
            } catch (InterruptedException e) {
                // Some decoders do this.
            }
        }
    }

    private static int computed(AtomicBoolean end) {
        int turns = 0;
        while (!end.get()) {
            turns++;
        }
        return turns;
    }
}
