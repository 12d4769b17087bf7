package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.serde.RecordSerde;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Random;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** Probes are encoded for tests with images that differ. */
public final class Probes {
    private static final RecordSerde<Probe> SERDE = RecordSerde.of(Probe.class);

    private Probes() {}

    /** Returns a PNG that depends on the seed alone. */
    public static byte[] image(int seed) {
        BufferedImage picture = new BufferedImage(12, 12, BufferedImage.TYPE_BYTE_GRAY);
        Random random = new Random(seed);
        for (int i = 0; i < 144; i++) {
            picture.getRaster().setSample(i % 12, i / 12, 0, random.nextInt(256));
        }
        return png(picture);
    }

    /** Returns a PNG of strokes, which is unlike noise. */
    public static byte[] strokes() {
        return drawn(graphics -> {
            graphics.setColor(Color.BLACK);
            graphics.setStroke(new BasicStroke(4));
            graphics.drawLine(20, 20, 80, 70);
            graphics.drawOval(30, 40, 40, 45);
        });
    }

    /** Returns a white PNG. */
    public static byte[] blank() {
        return drawn(graphics -> {});
    }

    private static byte[] drawn(Consumer<Graphics2D> drawing) {
        BufferedImage picture = new BufferedImage(105, 105, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, 105, 105);
        drawing.accept(graphics);
        graphics.dispose();
        return png(picture);
    }

    public static Probe probe(String id, byte[] image, Object task) {
        return new Probe(id, "test", Instant.EPOCH, ByteBuffer.wrap(image), task, null);
    }

    public static Pair pairWith(byte[] image) {
        return new Pair(ByteBuffer.wrap(image), null);
    }

    public static byte[] encode(Probe probe) {
        return SERDE.encode(probe);
    }

    private static byte[] png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
