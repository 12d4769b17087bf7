package io.twinstream.deploy.acceptance.training;

import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.ErrorRates;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Measures what can be had without a model: images of one size compared by the distance of their pixels. */
final class PixelBaseline {
    private PixelBaseline() {}

    /** Returns the equal error rate over every pair of the set's images, by Euclidean distance. */
    static double equalErrorRate(ImageSet images) {
        List<byte[]> pixels = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (ImageClass each : images.classes()) {
            for (DecodedImage image : each.images()) {
                pixels.add(image.picture().samples());
                classes.add(each.path());
            }
        }
        DoubleStream.Builder genuine = DoubleStream.builder();
        DoubleStream.Builder impostor = DoubleStream.builder();
        for (int i = 0; i < pixels.size(); i++) {
            for (int j = i + 1; j < pixels.size(); j++) {
                double likeness = -squaredDistance(pixels.get(i), pixels.get(j));
                (classes.get(i).equals(classes.get(j)) ? genuine : impostor).add(likeness);
            }
        }
        return new ErrorRates(genuine.build().toArray(), impostor.build().toArray()).equalErrorRate();
    }

    /** Returns the squared Euclidean distance of two pictures of one size, by their samples. */
    static long squaredDistance(byte[] one, byte[] other) {
        long sum = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] & 0xff) - (other[i] & 0xff);
            sum += (long) difference * difference;
        }
        return sum;
    }
}
