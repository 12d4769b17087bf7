package io.twinstream.trainer.export;

import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.verifier.preprocess.Preprocessor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Makes pictures as other hands, pens, scanners and cameras would give them. They are turned by up to {@value
 * #MOST_DEGREES} degrees, wobbly, of thin or thick strokes where the model sees ink, in other light, with noise, a
 * little out of focus and through JPEG. Every second or third step happens to a picture, so that most meet several.
 */
final class Variation {
    private static final double MOST_DEGREES = 20;
    /** These are shares of the picture's side. */
    private static final double LEAST_THICKENING = 0.008;

    private static final double MOST_THICKENING = 0.035;
    private static final double MOST_WOBBLE = 0.03;
    private static final int WAVES = 3;

    /** These are the steps of the distance to the next pixel, and to the next across a corner (Borgefors 1986). */
    private static final int STEP = 3;

    private static final int ACROSS = 4;

    private final InputSpec input;
    private final Preprocessor preprocessor;
    private final InputSpec canvas;
    private final SplittableRandom random;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);

    Variation(InputSpec input, SplittableRandom random) {
        this.input = input;
        this.canvas = new InputSpec(2 * input.width(), 2 * input.height(), input.channels(), false);
        this.preprocessor = new Preprocessor(canvas);
        this.random = random;
    }

    /** Returns a variant of twice the input's size, with grey levels rounded as a file's are. */
    Picture of(Picture picture) {
        float[] samples = new float[canvas.length()];
        preprocessor.write(picture, FloatBuffer.wrap(samples));
        int plane = canvas.width() * canvas.height();
        float[][] planes = new float[input.channels()][plane];
        for (int channel = 0; channel < planes.length; channel++) {
            System.arraycopy(samples, channel * plane, planes[channel], 0, plane);
        }
        double strokes = random.nextDouble();
        if (input.inkIsOne() && strokes < 0.2) {
            double kept = between(1, 5);
            for (int channel = 0; channel < planes.length; channel++) {
                planes[channel] = thinned(planes[channel], kept);
            }
        }
        bend(planes);
        if (input.inkIsOne() && strokes > 0.2 && strokes < 0.55) {
            double radius = between(LEAST_THICKENING, MOST_THICKENING) * Math.min(canvas.width(), canvas.height());
            for (int channel = 0; channel < planes.length; channel++) {
                planes[channel] = thickened(planes[channel], radius);
            }
        }
        if (random.nextDouble() < 0.5) {
            shine(planes);
        }
        Picture variant = picture(planes);
        return random.nextDouble() < 0.5 ? compressed(variant, (float) between(0.4, 0.95)) : variant;
    }

    /** Returns the picture as it is after a JPEG file of that quality. */
    private Picture compressed(Picture picture, float quality) {
        boolean gray = picture.channels() == 1;
        BufferedImage image = new BufferedImage(
                picture.width(), picture.height(), gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        int[] samples = new int[picture.samples().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = picture.samples()[i] & 0xff;
        }
        image.getRaster().setPixels(0, 0, picture.width(), picture.height(), samples);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return decoder.decode(bytes.toByteArray(), picture.channels()) instanceof Picture decoded ? decoded : picture;
    }

    private double between(double least, double most) {
        return least + (most - least) * random.nextDouble();
    }

    /** Turns the picture, and moves each of its points by a few slow waves. */
    private void bend(float[][] planes) {
        double angle = random.nextDouble() < 0.4 ? Math.toRadians(between(-MOST_DEGREES, MOST_DEGREES)) : 0;
        double wobble = random.nextDouble() < 0.3
                ? between(MOST_WOBBLE / 3, MOST_WOBBLE) * Math.min(canvas.width(), canvas.height())
                : 0;
        double[][] waves = new double[2 * WAVES][];
        for (int i = 0; i < waves.length; i++) {
            waves[i] =
                    new double[] {between(-25, 25) / canvas.width(), between(-25, 25) / canvas.height(), between(0, 7)};
        }
        if (angle == 0 && wobble == 0) {
            return;
        }
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double centreX = (canvas.width() - 1) / 2.0;
        double centreY = (canvas.height() - 1) / 2.0;
        float[][] sources = planes.clone();
        for (int channel = 0; channel < planes.length; channel++) {
            planes[channel] = new float[sources[channel].length];
        }
        for (int row = 0; row < canvas.height(); row++) {
            for (int column = 0; column < canvas.width(); column++) {
                double x = centreX + (column - centreX) * cos - (row - centreY) * sin;
                double y = centreY + (column - centreX) * sin + (row - centreY) * cos;
                for (int i = 0; wobble > 0 && i < WAVES; i++) {
                    x += wobble / WAVES * Math.sin(waves[i][0] * column + waves[i][1] * row + waves[i][2]) * 1.5;
                    double[] wave = waves[WAVES + i];
                    y += wobble / WAVES * Math.sin(wave[0] * column + wave[1] * row + wave[2]) * 1.5;
                }
                for (int channel = 0; channel < planes.length; channel++) {
                    planes[channel][row * canvas.width() + column] = sample(sources[channel], x, y);
                }
            }
        }
    }

    private float sample(float[] plane, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double right = x - left;
        double down = y - top;
        return (float) ((1 - down) * ((1 - right) * at(plane, left, top) + right * at(plane, left + 1, top))
                + down * ((1 - right) * at(plane, left, top + 1) + right * at(plane, left + 1, top + 1)));
    }

    /**
     * Returns a pixel, also outside the picture: beyond a drawing's edges lies paper, and a photograph goes on as it
     * ends.
     */
    private float at(float[] plane, int x, int y) {
        boolean outside = x < 0 || y < 0 || x >= canvas.width() || y >= canvas.height();
        if (outside && input.inkIsOne()) {
            return 1;
        }
        int column = Math.min(Math.max(x, 0), canvas.width() - 1);
        int row = Math.min(Math.max(y, 0), canvas.height() - 1);
        return plane[row * canvas.width() + column];
    }

    /** Makes each pixel as dark as the darkest within the radius, in pixels. */
    private float[] thickened(float[] plane, double radius) {
        float[] thick = plane.clone();
        int reach = (int) radius;
        for (int dy = -reach; dy <= reach; dy++) {
            int span = (int) Math.sqrt(radius * radius - dy * dy);
            for (int row = Math.max(0, -dy); row < Math.min(canvas.height(), canvas.height() - dy); row++) {
                int to = row * canvas.width();
                int from = (row + dy) * canvas.width();
                for (int dx = -span; dx <= span; dx++) {
                    int last = Math.min(canvas.width(), canvas.width() - dx);
                    for (int column = Math.max(0, -dx); column < last; column++) {
                        thick[to + column] = Math.min(thick[to + column], plane[from + column + dx]);
                    }
                }
            }
        }
        return thick;
    }

    /**
     * Returns strokes without their outer parts, which lie by more than {@code kept} nearer to paper than the middle of
     * their stroke.
     */
    private float[] thinned(float[] plane, double kept) {
        int width = 2 * canvas.width();
        int height = 2 * canvas.height();
        float least = 1;
        float most = 0;
        for (float value : plane) {
            least = Math.min(least, value);
            most = Math.max(most, value);
        }
        float ink = (least + most) / 2;
        int[] depth = new int[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                depth[y * width + x] = plane[y / 2 * canvas.width() + x / 2] < ink ? 1 << 16 : 0;
            }
        }
        sweep(depth, width, height, 1);
        sweep(depth, width, height, -1);
        float[] thin = new float[plane.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int here = depth[y * width + x];
                int at = y / 2 * canvas.width() + x / 2;
                boolean stays = here > 0 && here >= deepest(depth, width, height, x, y) - kept;
                thin[at] += (stays ? plane[at] : most) / 4;
            }
        }
        return thin;
    }

    /** Passes the distance from paper on, downwards or upwards. */
    private static void sweep(int[] depth, int width, int height, int step) {
        for (int i = 0; i < width * height; i++) {
            int at = step > 0 ? i : width * height - 1 - i;
            int x = at % width;
            int y = at / width;
            int least = depth[at];
            for (int dx = -1; dx <= 1; dx++) {
                least = Math.min(least, depth(depth, width, height, x + dx, y - step) + (dx == 0 ? STEP : ACROSS));
            }
            depth[at] = Math.min(least, depth(depth, width, height, x - step, y) + STEP);
        }
    }

    private static int depth(int[] depth, int width, int height, int x, int y) {
        return x < 0 || y < 0 || x >= width || y >= height ? 0 : depth[y * width + x];
    }

    private static int deepest(int[] depth, int width, int height, int x, int y) {
        int deepest = 0;
        for (int dy = -2; dy <= 2; dy++) {
            for (int dx = -2; dx <= 2; dx++) {
                deepest = Math.max(deepest, depth(depth, width, height, x + dx, y + dy));
            }
        }
        return deepest;
    }

    /**
     * Puts the picture a little out of focus, on paper that isn't white with ink that isn't black, in light from one
     * side, with noise.
     */
    private void shine(float[][] planes) {
        double dark = between(0.04, 0.4);
        double light = between(0.74, 0.98);
        double slope = between(0, 0.35);
        double from = between(0, 2 * Math.PI);
        double noise = between(0.004, 0.036);
        double centre = between(0.3, 1);
        for (int channel = 0; channel < planes.length; channel++) {
            float[] plane = planes[channel];
            float[] soft = plane.clone();
            for (int row = 0; row < canvas.height(); row++) {
                for (int column = 0; column < canvas.width(); column++) {
                    double around = (at(plane, column - 1, row)
                                    + at(plane, column + 1, row)
                                    + at(plane, column, row - 1)
                                    + at(plane, column, row + 1))
                            / 4;
                    int pixel = row * canvas.width() + column;
                    double value = centre * plane[pixel] + (1 - centre) * around;
                    double towards = ((double) column / canvas.width() - 0.5) * Math.cos(from)
                            + ((double) row / canvas.height() - 0.5) * Math.sin(from);
                    soft[pixel] = (float)
                            ((dark + (light - dark) * value) * (1 + slope * towards) + noise * random.nextGaussian());
                }
            }
            planes[channel] = soft;
        }
    }

    private Picture picture(float[][] planes) {
        byte[] samples = new byte[canvas.length()];
        int at = 0;
        for (int pixel = 0; pixel < planes[0].length; pixel++) {
            for (float[] plane : planes) {
                samples[at++] = (byte) Math.round(255 * Math.min(Math.max(plane[pixel], 0), 1));
            }
        }
        return new Picture(canvas.width(), canvas.height(), input.channels(), samples);
    }
}
