package io.twinstream.trainer.report;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.evaluation.HeldOutImage;
import io.twinstream.trainer.evaluation.OneShotEvaluation;
import io.twinstream.trainer.evaluation.OneShotEvaluation.OneShotTrial;
import io.twinstream.trainer.evaluation.PairSample.ImagePair;
import io.twinstream.trainer.evaluation.VerificationEvaluation;
import io.twinstream.trainer.evaluation.VerificationEvaluation.ScoredPairs;
import io.twinstream.verifier.match.MatchFunction;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** Shows the worst mistakes as pictures. */
final class Mistakes {
    private static final int PAIRS = 12;
    private static final int TRIALS = 60;

    private Mistakes() {}

    /** Shows the impostor pairs that score highest, and the genuine pairs that score lowest. */
    static String of(VerificationEvaluation verification) {
        return "<h3>Impostor pairs with the highest scores</h3>" + pairs(verification, false)
                + "<h3>Genuine pairs with the lowest scores</h3>" + pairs(verification, true);
    }

    /** Shows the test pictures that went to the wrong class. */
    static String of(OneShotEvaluation oneShot) {
        List<OneShotTrial> errors = oneShot.errors();
        String shown = errors.stream().limit(TRIALS).map(Mistakes::trial).collect(Collectors.joining());
        String more = errors.size() > TRIALS ? "<p>The first %d of %d.</p>".formatted(TRIALS, errors.size()) : "";
        return "<h3>One-shot errors: the test picture, the class it went to, its own class</h3>"
                + (errors.isEmpty() ? "<p>None.</p>" : more + "<div class=\"mistakes\">" + shown + "</div>");
    }

    private static String pairs(VerificationEvaluation verification, boolean genuine) {
        ScoredPairs scored = verification.scored();
        Comparator<Integer> rising = Comparator.comparingDouble(pair -> scored.scores()[pair]);
        return IntStream.range(0, scored.pairs().size())
                .boxed()
                .filter(pair -> scored.pairs().get(pair).genuine() == genuine)
                .sorted(genuine ? rising : rising.reversed())
                .limit(PAIRS)
                .map(pair -> pair(verification, scored.pairs().get(pair), scored.scores()[pair]))
                .collect(Collectors.joining("", "<div class=\"mistakes\">", "</div>"));
    }

    private static String pair(VerificationEvaluation verification, ImagePair pair, double logit) {
        List<HeldOutImage> images = verification.sample().images().images();
        HeldOutImage probe = images.get(pair.probe());
        HeldOutImage reference = images.get(pair.reference());
        return Html.format(
                "<figure>%s%s<figcaption>score %.4f<br>%s<br>%s</figcaption></figure>",
                Thumbnail.of(probe.picture(), probe.name()),
                Thumbnail.of(reference.picture(), reference.name()),
                MatchFunction.score(logit),
                Html.escape(probe.name()),
                Html.escape(reference.name()));
    }

    private static String trial(OneShotTrial trial) {
        return "<figure class=\"trial\">%s%s%s<figcaption>%s, test %d</figcaption></figure>"
                .formatted(
                        Thumbnail.of(trial.probe(), "test"),
                        Thumbnail.of(trial.chosenClass(), "chosen class"),
                        Thumbnail.of(trial.rightClass(), "right class"),
                        Html.escape(trial.run().name()),
                        trial.test() + 1);
    }

    /** A thumbnail is a picture small enough to lie in the page itself. */
    static final class Thumbnail {
        private static final int SIDE = 105;

        private Thumbnail() {}

        /** Returns an image element; {@code name} is its title, escaped here. */
        static String of(Picture picture, String name) {
            String escaped = Html.escape(name);
            return "<img alt=\"%s\" title=\"%s\" loading=\"lazy\" src=\"data:image/png;base64,%s\">"
                    .formatted(escaped, escaped, Base64.getEncoder().encodeToString(png(picture)));
        }

        private static byte[] png(Picture picture) {
            double scale = Math.min(1, (double) SIDE / Math.max(picture.width(), picture.height()));
            int width = Math.max(1, (int) Math.round(scale * picture.width()));
            int height = Math.max(1, (int) Math.round(scale * picture.height()));
            BufferedImage small =
                    new BufferedImage(width, height, image(picture).getType());
            Graphics2D brush = small.createGraphics();
            brush.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            brush.drawImage(image(picture), 0, 0, width, height, null);
            brush.dispose();
            try (ByteArrayOutputStream png = new ByteArrayOutputStream()) {
                ImageIO.write(small, "png", png);
                return png.toByteArray();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static BufferedImage image(Picture picture) {
            boolean gray = picture.channels() == 1;
            BufferedImage image = new BufferedImage(
                    picture.width(),
                    picture.height(),
                    gray ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
            int[] samples = new int[picture.samples().length];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = picture.samples()[i] & 0xff;
            }
            image.getRaster().setPixels(0, 0, picture.width(), picture.height(), samples);
            return image;
        }
    }
}
