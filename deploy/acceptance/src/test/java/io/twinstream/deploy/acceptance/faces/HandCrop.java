package io.twinstream.deploy.acceptance.faces;

import io.twinstream.schemas.modelpackage.LocatorSpec.TemplatePoint;
import io.twinstream.schemas.record.Point;
import io.twinstream.schemas.record.Region;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Cuts regions out of pictures as a user's own program would: it shares no code with the product. Crops are PNG files of gray
 * pictures.
 */
final class HandCrop {
    private HandCrop() {}

    /** Cuts out a box, its edges rounded to whole pixels, as far as it lies in the picture. */
    static byte[] box(BufferedImage picture, Region region) throws IOException {
        int left = Math.max(0, Math.round(region.getX()));
        int top = Math.max(0, Math.round(region.getY()));
        int right = Math.min(picture.getWidth(), Math.round(region.getX() + region.getWidth()));
        int bottom = Math.min(picture.getHeight(), Math.round(region.getY() + region.getHeight()));
        return png(picture.getSubimage(left, top, right - left, bottom - top));
    }

    /**
     * Lays key points onto a template by turning, scaling and moving the picture, so that the squares of what is left of their
     * distances are least.
     *
     * @param side the side of the crop
     */
    static byte[] aligned(BufferedImage picture, Region region, List<TemplatePoint> template, int side)
            throws IOException {
        // Places are complex numbers: template = factor * (point - middle) + middle of the template.
        double[] from = new double[2];
        double[] to = new double[2];
        for (TemplatePoint each : template) {
            Point point = region.getPoints().get(each.point());
            from[0] += point.getX() / template.size();
            from[1] += point.getY() / template.size();
            to[0] += each.x() / template.size();
            to[1] += each.y() / template.size();
        }
        double real = 0;
        double imaginary = 0;
        double squares = 0;
        for (TemplatePoint each : template) {
            Point point = region.getPoints().get(each.point());
            double x = point.getX() - from[0];
            double y = point.getY() - from[1];
            double u = each.x() - to[0];
            double v = each.y() - to[1];
            real += x * u + y * v;
            imaginary += x * v - y * u;
            squares += x * x + y * y;
        }
        real /= squares;
        imaginary /= squares;
        double length = real * real + imaginary * imaginary;
        BufferedImage crop = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        for (int v = 0; v < side; v++) {
            for (int u = 0; u < side; u++) {
                double across = u - to[0];
                double down = v - to[1];
                double x = (real * across + imaginary * down) / length + from[0];
                double y = (real * down - imaginary * across) / length + from[1];
                crop.getRaster().setSample(u, v, 0, (int) Math.round(sample(picture, x, y)));
            }
        }
        return png(crop);
    }

    /** Returns the sample at a place between the centres of four pixels; beyond the picture all is black. */
    private static double sample(BufferedImage picture, double x, double y) {
        int left = (int) Math.floor(x);
        int top = (int) Math.floor(y);
        double sum = 0;
        for (int corner = 0; corner < 4; corner++) {
            int column = left + corner % 2;
            int row = top + corner / 2;
            double weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row));
            if (column >= 0 && row >= 0 && column < picture.getWidth() && row < picture.getHeight()) {
                sum += weight * picture.getRaster().getSample(column, row, 0);
            }
        }
        return sum;
    }

    private static byte[] png(BufferedImage picture) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture, "png", bytes);
        return bytes.toByteArray();
    }
}
