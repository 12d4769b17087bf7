package io.twinstream.deploy.acceptance.training;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.ErrorRates;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/** Measures how well the classes of a set are told apart by pairs of which two hands have drawn one picture each. */
final class AcrossHands {
    private final List<Picture> pictures = new ArrayList<>();
    private final List<String> classes = new ArrayList<>();
    private final List<String> hands = new ArrayList<>();

    AcrossHands(ImageSet images) {
        for (ImageClass each : images.classes()) {
            for (DecodedImage image : each.images()) {
                pictures.add(image.picture());
                classes.add(each.path());
                hands.add(image.drawer());
            }
        }
    }

    /** Says how alike two pictures are, by their numbers. */
    @FunctionalInterface
    private interface Likeness {
        double of(int one, int other);
    }

    /** Returns the rates of a model. */
    ErrorRates of(ModelPackage model) {
        MatchFunction match = MatchFunction.of(model);
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            List<float[]> folded =
                    Arrays.stream(embedder.embedAll(pictures)).map(match::fold).toList();
            return rates((one, other) -> match.foldedLogit(folded.get(one), folded.get(other)));
        }
    }

    /** Returns the rates of the Euclidean distance of the pixels. */
    ErrorRates ofPixels() {
        return rates((one, other) -> -PixelBaseline.squaredDistance(
                pictures.get(one).samples(), pictures.get(other).samples()));
    }

    private ErrorRates rates(Likeness likeness) {
        DoubleStream.Builder genuine = DoubleStream.builder();
        DoubleStream.Builder impostor = DoubleStream.builder();
        for (int one = 0; one < pictures.size(); one++) {
            for (int other = one + 1; other < pictures.size(); other++) {
                if (!hands.get(one).equals(hands.get(other))) {
                    boolean same = classes.get(one).equals(classes.get(other));
                    (same ? genuine : impostor).add(likeness.of(one, other));
                }
            }
        }
        return new ErrorRates(genuine.build().toArray(), impostor.build().toArray());
    }
}
