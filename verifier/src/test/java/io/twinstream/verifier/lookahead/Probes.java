package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.RecordSerde;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Random;
import javax.imageio.ImageIO;

/** Encoded probes with images that differ. */
public final class Probes {
    private static final RecordSerde<Probe> SERDE = RecordSerde.of(Probe.class);

    private Probes() {}

    /** A PNG that depends on the seed alone. */
    public static byte[] image(int seed) {
        BufferedImage picture = new BufferedImage(12, 12, BufferedImage.TYPE_BYTE_GRAY);
        Random random = new Random(seed);
        for (int i = 0; i < 144; i++) {
            picture.getRaster().setSample(i % 12, i / 12, 0, random.nextInt(256));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static Probe probe(String id, byte[] image, Object task) {
        return new Probe(id, "test", Instant.EPOCH, ByteBuffer.wrap(image), task);
    }

    public static Pair pairWith(byte[] image) {
        return new Pair(ByteBuffer.wrap(image));
    }

    public static byte[] encode(Probe probe) {
        return SERDE.encode(probe);
    }
}
