package io.twinstream.trainer.foreign;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.InputSpec;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.Preparation;
import io.twinstream.schemas.modelpackage.Preparation.Normalisation;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A golden proof tells how far the verifier's own embeddings of golden pictures agree with those of the model's owner. Directions
 * are compared by cosine; lengths too, where embeddings aren't brought to length 1.
 *
 * @param vectors the number of pictures
 * @param leastCosine the cosine of the picture that agrees least
 * @param worst the name of that picture
 * @param largestLengthDifference the largest difference of two lengths, as a share of the owner's; 0 where none are compared
 */
record GoldenProof(int vectors, double leastCosine, String worst, double largestLengthDifference) {
    /** Lengths may differ by this share. */
    static final double LENGTH_TOLERANCE = 1e-2;

    /** Embeds all pictures with the verifier's code and compares. */
    static GoldenProof of(ModelPackage draft, List<GoldenPicture> golden) {
        try (Embedder embedder = Embedder.open(draft, ProviderChoice.CPU)) {
            List<Picture> pictures = golden.stream().map(GoldenPicture::picture).toList();
            Preparation preparation =
                    Objects.requireNonNull(draft.manifest().input().preparation());
            return compared(golden, embedder.embedAll(pictures), preparation.embeddings() == Normalisation.NONE);
        }
    }

    static GoldenProof compared(List<GoldenPicture> golden, float[][] embeddings, boolean withLengths) {
        double least = Double.POSITIVE_INFINITY;
        String worst = "";
        double difference = 0;
        for (int i = 0; i < embeddings.length; i++) {
            float[] expected = golden.get(i).vector();
            double cosine = cosine(embeddings[i], expected);
            if (!(cosine >= least)) {
                least = cosine;
                worst = golden.get(i).name();
            }
            if (withLengths) {
                difference = Math.max(difference, Math.abs(length(embeddings[i]) / length(expected) - 1));
            }
        }
        return new GoldenProof(embeddings.length, least, worst, difference);
    }

    boolean agrees(double tolerance) {
        return leastCosine >= tolerance && largestLengthDifference <= LENGTH_TOLERANCE;
    }

    /** Returns what golden pictures can't tell, a line each. */
    static List<String> gaps(List<GoldenPicture> golden, InputSpec input) {
        List<String> gaps = new ArrayList<>();
        if (input.channels() == 3 && golden.stream().allMatch(each -> isGray(each.picture()))) {
            gaps.add("all golden pictures are gray: they can't tell rgb from bgr, add one in colour");
        }
        if (golden.stream()
                .map(GoldenPicture::picture)
                .allMatch(each -> each.width() == input.width() && each.height() == input.height())) {
            gaps.add(
                    "all golden pictures have %d x %d pixels: they prove nothing of fit and resampling, add one of another size"
                            .formatted(input.width(), input.height()));
        }
        return gaps;
    }

    private static boolean isGray(Picture picture) {
        byte[] samples = picture.samples();
        for (int i = 0; i + 2 < samples.length; i += 3) {
            if (samples[i] != samples[i + 1] || samples[i] != samples[i + 2]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the cosine of two vectors, -1 to 1; -1 too where one of them has no direction. */
    static double cosine(float[] first, float[] second) {
        double product = 0;
        for (int i = 0; i < first.length; i++) {
            product += (double) first[i] * second[i];
        }
        double cosine = product / (length(first) * length(second));
        return Double.isNaN(cosine) ? -1 : Math.max(-1, Math.min(1, cosine));
    }

    static double length(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        return Math.sqrt(squares);
    }
}
