package io.twinstream.deploy.acceptance.accuracy;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.image.Decoded;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.inference.EmbedBatch;
import io.twinstream.verifier.inference.Embedder;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.inference.ProviderChoice;
import io.twinstream.verifier.settings.VerifierSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Counts how many pictures of a kind a model leaves unjudged, and how many of them a verifier with default settings matches.
 */
final class Unjudged {
    private static final int BATCH = 64;
    private static final int ENROLLED_DRAWINGS = 50;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Unjudged() {}

    /**
     * Returns how many of the files the verifier's decoder, preprocessing and embedder leave unjudged for that cause, or for
     * any if it is null.
     */
    static int count(ModelPackage model, List<byte[]> files, @Nullable UndecidedCause cause) {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
        int count = 0;
        try (Embedder embedder = Embedder.open(model, ProviderChoice.CPU)) {
            EmbedBatch batch = embedder.newBatch(BATCH);
            for (int i = 0; i < files.size(); i++) {
                Decoded decoded = decoder.decode(files.get(i), embedder.input());
                if (!(decoded instanceof Picture picture)) {
                    throw new IllegalStateException("picture %d can't be decoded: %s".formatted(i, decoded));
                }
                batch.add(picture);
                if (batch.free() == 0 || i == files.size() - 1) {
                    count += count(batch.runEach(0, Long.MAX_VALUE), cause);
                }
            }
        }
        return count;
    }

    private static int count(Embeddings embeddings, @Nullable UndecidedCause cause) {
        int count = 0;
        for (int image = 0; image < embeddings.size(); image++) {
            UndecidedCause found = embeddings.cause(image);
            count += found != null && (cause == null || found == cause) ? 1 : 0;
        }
        return count;
    }

    /**
     * Returns how many verdicts match, of a verifier with default settings whose gallery holds drawings. The kinds' pictures
     * are enrolled, identified, and compared with others of their kind.
     *
     * @param kinds an even number of pictures each, no two of one subject
     */
    static int matches(Rig rig, String model, List<Drawing> drawings, Map<String, List<byte[]>> kinds)
            throws Exception {
        String prefix = "unjudged-" + model;
        Topics topics = rig.createTopics(prefix);
        for (Drawing each : drawings.subList(0, ENROLLED_DRAWINGS)) {
            rig.enrol(topics, each.subject(), each.drawer(), each.png());
        }
        int sent = 0;
        for (Map.Entry<String, List<byte[]>> kind : kinds.entrySet()) {
            for (int i = 0; i < kind.getValue().size() / 2; i++) {
                rig.enrol(topics, kind.getKey() + i, "1", kind.getValue().get(i));
            }
        }
        rig.flush();
        try (VerifierService verifier = VerifierService.start(
                        VerifierSettings.of(rig.settings(prefix, VerifierSettings.MODEL, model)));
                TopicAnswers answers = new TopicAnswers(rig.bootstrapServers(), topics)) {
            Awaitility.await("the verifier is ready").atMost(LIMIT).until(verifier::ready);
            for (Map.Entry<String, List<byte[]>> kind : kinds.entrySet()) {
                List<byte[]> files = kind.getValue();
                int half = files.size() / 2;
                for (int i = half; i < 2 * half; i++) {
                    rig.identify(topics, kind.getKey() + "-identify-" + i, files.get(i));
                    rig.pair(topics, kind.getKey() + "-pair-" + i, files.get(i), files.get(i - half));
                    sent += 2;
                }
            }
            rig.flush();
            answers.await(sent, LIMIT);
            if (answers.verdicts().size() != sent) {
                throw new IllegalStateException("%d of %d probes have a verdict"
                        .formatted(answers.verdicts().size(), sent));
            }
            return (int) answers.verdicts().values().stream()
                    .filter(verdict -> verdict.getOutcome() == Outcome.MATCH)
                    .count();
        }
    }
}
