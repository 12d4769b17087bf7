package io.twinstream.trainer.export;

import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.FmrPoint;
import io.twinstream.schemas.modelpackage.FmrTable;
import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.InputDomain;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ScoreHistograms;
import io.twinstream.schemas.modelpackage.TrainingRecord;
import io.twinstream.trainer.dataset.DatasetException;
import io.twinstream.trainer.dataset.DecodedImage;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.evaluation.PairEvaluation;
import io.twinstream.trainer.network.TwinNetwork;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.ProviderChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes the model package of a trained network. It writes both graphs, checks them against the network, measures them
 * on validation images with the verifier's code, takes the statistics of the domain from these, and packs what came
 * out. A package that exists has passed.
 */
public final class ModelExport {
    private static final int PARITY_IMAGES = 200;
    public static final int GOLDEN_IMAGES = 4;

    /**
     * This evaluation stands in a package that is only measured, never shipped: the thresholds come from that
     * measurement.
     */
    public static final PairEvaluation NOT_MEASURED = new PairEvaluation(
            new FmrTable(List.of(new FmrPoint(0.5, 0.5), new FmrPoint(0.1, 0.5))),
            new ScoreHistograms(new long[1], new long[1]),
            Map.of());

    private final TwinNetwork network;
    private final byte[] embedder;
    private final byte[] matcher;

    public ModelExport(TwinNetwork network) {
        this(network, EmbedderGraph.of(network), MatcherGraph.of(network));
    }

    ModelExport(TwinNetwork network, byte[] embedder, byte[] matcher) {
        this.network = network;
        this.embedder = embedder;
        this.matcher = matcher;
    }

    /**
     * Tries everything that could keep {@link #pack} from giving a package, so that it is known before hours of training.
     *
     * @throws DatasetException if the validation images are too few
     * @throws ExportException if the export of the network as it is differs from it
     */
    public static void rehearse(TwinNetwork network, ImageSet validation) throws IOException, ExportException {
        PairEvaluation.requireEnough(validation);
        ModelIdentity identity = new ModelIdentity(
                "rehearsal", "0", null, new TrainingRecord("", validation.fingerprint(), 0, Map.of()));
        new ModelExport(network).checked(identity, validation);
    }

    /**
     * Checks, measures and packs the model.
     *
     * @param validation images of classes that the network was not trained on
     * @return the package's zip file
     * @throws ExportException if the exported model differs from the network
     */
    public byte[] pack(ModelIdentity identity, ImageSet validation) throws IOException, ExportException {
        ModelPackage model = checked(identity, validation);
        PairEvaluation evaluation = PairEvaluation.of(model, validation);
        return write(
                identity,
                evaluation,
                golden(model, spread(validation, GOLDEN_IMAGES)),
                DomainStatistics.of(network.input(), all(validation)));
    }

    private ModelPackage checked(ModelIdentity identity, ImageSet validation) throws IOException, ExportException {
        byte[] draft = write(identity, NOT_MEASURED, List.of(), null);
        ModelPackage model = PackageArchive.read(draft, "the draft of the package");
        ParityCheck.of(network, model, pictures(spread(validation, PARITY_IMAGES)))
                .require();
        return model;
    }

    private byte[] write(
            ModelIdentity identity, PairEvaluation evaluation, List<GoldenVector> golden, @Nullable InputDomain domain)
            throws IOException {
        Manifest manifest = new Manifest(
                Manifest.FORMAT,
                identity.name(),
                identity.version(),
                identity.parent(),
                network.architecture(),
                network.input(),
                network.embeddingLength(),
                1,
                List.of(),
                evaluation.fmrTable(),
                evaluation.histograms(),
                evaluation.measures(),
                golden,
                identity.training(),
                null,
                domain,
                null,
                null);
        return PackageArchive.write(manifest, embedder, matcher);
    }

    public static List<GoldenVector> golden(ModelPackage model, List<DecodedImage> images) throws IOException {
        List<GoldenVector> vectors = new ArrayList<>();
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            float[][] embeddings = embedder.embedAll(pictures(images));
            for (int i = 0; i < embeddings.length; i++) {
                vectors.add(new GoldenVector(images.get(i).encoded(), embeddings[i]));
            }
        }
        return vectors;
    }

    /** Returns one image each from classes that are spread evenly over the folder. */
    public static List<DecodedImage> spread(ImageSet folder, int wanted) {
        int classes = folder.classes().size();
        List<DecodedImage> images = new ArrayList<>();
        for (int i = 0; i < Math.min(wanted, classes); i++) {
            int at = (int) ((long) i * classes / Math.min(wanted, classes));
            images.add(folder.classes().get(at).images().get(0));
        }
        return images;
    }

    public static List<Picture> all(ImageSet folder) {
        return folder.classes().stream()
                .flatMap(each -> each.images().stream())
                .map(DecodedImage::picture)
                .toList();
    }

    static List<Picture> pictures(List<DecodedImage> images) {
        return images.stream().map(DecodedImage::picture).toList();
    }

    /**
     * An identity says what a model package is called and where it comes from.
     *
     * @param name the line of models
     * @param version unique within the name
     * @param parent the version that training started from, or null
     */
    public record ModelIdentity(
            String name, String version, @Nullable String parent, TrainingRecord training) {}
}
