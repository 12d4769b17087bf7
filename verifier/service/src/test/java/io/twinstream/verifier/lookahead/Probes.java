package io.twinstream.verifier.lookahead;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Region;
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
import org.jspecify.annotations.Nullable;

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

    /** Returns a gray picture as a PNG. */
    public static byte[] png(Picture gray) {
        return encoded(drawn(gray), "png");
    }

    /** Returns a gray picture as a JPEG. */
    public static byte[] jpeg(Picture gray) {
        return encoded(drawn(gray), "jpg");
    }

    private static BufferedImage drawn(Picture gray) {
        BufferedImage picture = new BufferedImage(gray.width(), gray.height(), BufferedImage.TYPE_BYTE_GRAY);
        picture.getRaster().setDataElements(0, 0, gray.width(), gray.height(), gray.samples());
        return picture;
    }

    /** Returns the probe with the region that its sender found. */
    public static Probe with(@Nullable Region region, Probe probe) {
        return Probe.newBuilder(probe).setRegion(region).build();
    }

    public static byte[] encode(Probe probe) {
        return SERDE.encode(probe);
    }

    private static byte[] png(BufferedImage picture) {
        return encoded(picture, "png");
    }

    private static byte[] encoded(BufferedImage picture, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, format, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
