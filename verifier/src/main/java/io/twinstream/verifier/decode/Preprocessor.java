package io.twinstream.verifier.decode;

import io.twinstream.schemas.modelpackage.InputSpec;
import java.nio.FloatBuffer;

/**
 * Pictures to the model's input: stretched to its size, values 0 to 1, ink as 1 where the model wants that. The same
 * code serves and trains, so that both see the same numbers. Reuses its buffers: for one thread.
 */
public final class Preprocessor {
    private final InputSpec spec;
    private Axis columns;
    private Axis rows;
    private float[] row = new float[0];
    private final float[] target;

    public Preprocessor(InputSpec spec) {
        this.spec = spec;
        this.columns = new Axis(spec.width(), spec.width());
        this.rows = new Axis(spec.height(), spec.height());
        this.target = new float[spec.length()];
    }

    /**
     * Writes {@code [channels][height][width]} floats at the buffer's position and advances it.
     *
     * @throws IllegalArgumentException if the picture has another number of channels than the model
     */
    public void write(Picture picture, FloatBuffer input) {
        if (picture.channels() != spec.channels()) {
            throw new IllegalArgumentException(
                    "the model takes %d channels, the picture has %d".formatted(spec.channels(), picture.channels()));
        }
        if (columns.source != picture.width()) {
            columns = new Axis(picture.width(), spec.width());
        }
        if (rows.source != picture.height()) {
            rows = new Axis(picture.height(), spec.height());
        }
        if (row.length < picture.width()) {
            row = new float[picture.width()];
        }
        for (int channel = 0; channel < spec.channels(); channel++) {
            for (int y = 0; y < spec.height(); y++) {
                shrinkRows(picture, channel, y);
                shrinkColumns((channel * spec.height() + y) * spec.width());
            }
        }
        input.put(target);
    }

    private void shrinkRows(Picture picture, int channel, int y) {
        byte[] samples = picture.samples();
        int width = picture.width();
        int step = picture.channels();
        float[] weights = rows.weights[y];
        for (int x = 0; x < width; x++) {
            row[x] = 0;
        }
        for (int i = 0; i < weights.length; i++) {
            float weight = weights[i];
            int at = (rows.first[y] + i) * width * step + channel;
            for (int x = 0; x < width; x++) {
                row[x] += weight * (samples[at + x * step] & 255);
            }
        }
    }

    private void shrinkColumns(int start) {
        float scale = spec.inkIsOne() ? -1f / 255 : 1f / 255;
        float offset = spec.inkIsOne() ? 1 : 0;
        for (int x = 0; x < spec.width(); x++) {
            float[] weights = columns.weights[x];
            int at = columns.first[x];
            float sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * row[at + i];
            }
            target[start + x] = offset + scale * sum;
        }
    }
}
