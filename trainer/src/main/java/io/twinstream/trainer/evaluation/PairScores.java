package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageClass;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Tiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Pair scores are the match logits of all pairs of a folder's images; every pair comes once, with the second image as a
 * reference.
 *
 * @param genuine logits of pairs within a class, ascending
 * @param impostor logits of pairs across classes, ascending
 * @param lookAlike logits of the impostor pairs that share a group, ascending
 */
public record PairScores(double[] genuine, double[] impostor, double[] lookAlike) {

    /** Compares every image with those after it. */
    public static PairScores of(EmbeddedImages images, MatchFunction match) {
        Tiles references = images.tiles(match);
        List<Row> rows = IntStream.range(0, images.size())
                .parallel()
                .mapToObj(first -> Row.of(first, images, references, match))
                .toList();
        return new PairScores(sorted(rows, Row::genuine), sorted(rows, Row::impostor), sorted(rows, Row::lookAlike));
    }

    private static double[] sorted(List<Row> rows, Function<Row, double[]> part) {
        double[] all = rows.stream().map(part).flatMapToDouble(Arrays::stream).toArray();
        Arrays.sort(all);
        return all;
    }

    /** A row compares one image with those after it. */
    private record Row(double[] genuine, double[] impostor, double[] lookAlike) {
        static Row of(int first, EmbeddedImages images, Tiles references, MatchFunction match) {
            float[][] probe = {match.fold(images.embeddings()[first])};
            float[][] logits = new float[1][MatchFunction.TILE];
            DoubleStream.Builder genuine = DoubleStream.builder();
            DoubleStream.Builder impostor = DoubleStream.builder();
            DoubleStream.Builder lookAlike = DoubleStream.builder();
            for (int tile = first / MatchFunction.TILE; tile < references.tiles(); tile++) {
                int begin = tile * MatchFunction.TILE;
                int count = references.logits(tile, probe, logits);
                for (int second = Math.max(begin, first + 1); second < begin + count; second++) {
                    float logit = logits[0][second - begin];
                    if (images.genuine(first, second)) {
                        genuine.add(logit);
                    } else {
                        impostor.add(logit);
                        if (images.sameGroup(first, second)) {
                            lookAlike.add(logit);
                        }
                    }
                }
            }
            return new Row(
                    genuine.build().toArray(),
                    impostor.build().toArray(),
                    lookAlike.build().toArray());
        }
    }

    /**
     * Embedded images are a folder's images as one model sees them: image i has embedding, class and group i. Of a
     * folder with more than about {@value #MOST_IMAGES} images every second or third class is taken, and so on, since
     * pairs grow with the square of the images. Images in which nothing is found are left out, since they are never judged.
     *
     * @param embeddings one row an image, as a probe
     * @param references one row an image, as it is enrolled
     * @param classes the number of its class
     * @param groups the name of its group
     */
    public record EmbeddedImages(float[][] embeddings, float[][] references, int[] classes, List<String> groups) {
        private static final int MOST_IMAGES = 6_000;

        /** Embeds a folder's images by a package. */
        public static EmbeddedImages of(ModelPackage model, ImageSet folder) {
            List<Picture> pictures = new ArrayList<>();
            List<Integer> classes = new ArrayList<>();
            List<String> groups = new ArrayList<>();
            int stride = (folder.imageCount() + MOST_IMAGES - 1) / MOST_IMAGES;
            for (int number = 0; number < folder.classes().size(); number += stride) {
                ImageClass imageClass = folder.classes().get(number);
                for (DecodedImage image : imageClass.images()) {
                    pictures.add(image.picture());
                    classes.add(number);
                    groups.add(imageClass.group());
                }
            }
            try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
                boolean alike = model.manifest().enrolmentViews() == 1;
                float[][] embeddings = embedder.embedAll(pictures);
                float[][] references = alike ? embeddings : embedder.embedReferences(pictures);
                int[] found = IntStream.range(0, embeddings.length)
                        .filter(image -> embeddings[image].length > 0 && references[image].length > 0)
                        .toArray();
                int[] numbers = classes.stream().mapToInt(Integer::intValue).toArray();
                return new EmbeddedImages(embeddings, references, numbers, groups).only(found);
            }
        }

        public int size() {
            return embeddings.length;
        }

        /** Counts the classes that have an image. */
        int classCount() {
            return (int) Arrays.stream(classes).distinct().count();
        }

        /**
         * Returns at most so many of the images. Every class keeps two or more of its images, and of very many classes every
         * second or third one is kept, and so on.
         */
        EmbeddedImages spread(int most) {
            if (size() <= most) {
                return this;
            }
            int[] numbers = Arrays.stream(classes).distinct().sorted().toArray();
            int stride = (2 * numbers.length + most - 1) / most;
            int kept = (numbers.length + stride - 1) / stride;
            int each = most / kept;
            int[] taken = new int[numbers.length];
            int[] chosen = IntStream.range(0, size())
                    .filter(image -> {
                        int number = Arrays.binarySearch(numbers, classes[image]);
                        return number % stride == 0 && taken[number]++ < each;
                    })
                    .toArray();
            return only(chosen);
        }

        private EmbeddedImages only(int[] chosen) {
            return new EmbeddedImages(
                    Arrays.stream(chosen).mapToObj(image -> embeddings[image]).toArray(float[][]::new),
                    Arrays.stream(chosen).mapToObj(image -> references[image]).toArray(float[][]::new),
                    Arrays.stream(chosen).map(image -> classes[image]).toArray(),
                    Arrays.stream(chosen).mapToObj(groups::get).toList());
        }

        boolean genuine(int first, int second) {
            return classes[first] == classes[second];
        }

        /** Returns true where both belong to one group; what belongs to none has no look-alikes. */
        boolean sameGroup(int first, int second) {
            return !groups.get(first).isEmpty() && groups.get(first).equals(groups.get(second));
        }

        /** Returns the references as they are compared, in their order. */
        Tiles tiles(MatchFunction match) {
            Tiles tiles = new Tiles(match);
            for (float[] reference : references) {
                tiles.add(reference);
            }
            return tiles;
        }
    }
}
