package io.twinstream.verifier.preprocess;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Measures the way from the bytes of a 105x105 PNG of 1 bit, a character drawn with a pen, to the compact model's input
 * of 48x48 floats, beside {@code ImageIO.read} of the same bytes, which ends at the pixels. Results are average times
 * in microseconds.
 *
 * <pre>
 *   mvn -q -pl verifier/engine -am test-compile org.apache.maven.plugins:maven-dependency-plugin:build-classpath -Dmdep.outputFile=/tmp/classpath
 *   java -cp verifier/engine/target/test-classes:verifier/engine/target/classes:$(cat /tmp/classpath) \
 *     org.openjdk.jmh.Main DecodeBenchmark -f 1 -wi 3 -i 5 -w 1s -r 1s
 * </pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DecodeBenchmark {
    private static final InputSpec INPUT = new InputSpec(48, 48, 1, true);

    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final Preprocessor preprocessor = new Preprocessor(INPUT);
    private final FloatBuffer input = ByteBuffer.allocateDirect(INPUT.length() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    private final byte[] png = png();

    @Setup
    public void withoutImageIoFileCache() {
        ImageIO.setUseCache(false);
    }

    @Benchmark
    public FloatBuffer twinstream() {
        Picture picture = (Picture) decoder.decode(png, 1);
        preprocessor.write(picture, input.clear());
        return input;
    }

    @Benchmark
    public BufferedImage imageIo() throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static byte[] png() {
        BufferedImage character = new BufferedImage(105, 105, BufferedImage.TYPE_BYTE_BINARY);
        Graphics2D pen = character.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, 105, 105);
        pen.setColor(Color.BLACK);
        pen.setStroke(new BasicStroke(3));
        Random random = new Random(7);
        int x = 50;
        int y = 20;
        for (int i = 0; i < 12; i++) {
            int toX = 10 + random.nextInt(85);
            int toY = 10 + random.nextInt(85);
            pen.drawLine(x, y, toX, toY);
            x = toX;
            y = toY;
        }
        pen.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(character, "png", bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
