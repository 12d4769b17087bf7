package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.Images.Drawing;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.schemas.image.ImageDecoder;
import io.twinstream.schemas.image.ImageLimits;
import io.twinstream.schemas.image.Picture;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.inference.Embeddings;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.standstill.ProbePlace;
import io.twinstream.verifier.stream.Judge;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Judges the probes of a {@link Mix} by one version with its own gallery, outside any topology. */
final class VersionJudgement implements AutoCloseable {
    private static final double LARGEST_DIFFERENCE = 1e-5;

    private final ServingModel model;
    private final Judge judge = new Judge(Clock.systemUTC());
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT);
    private final Map<Drawing, Embeddings> embeddings = new IdentityHashMap<>();

    /**
     * Enrols what the mix enrols.
     *
     * @param model the version's model, which is handed over
     */
    VersionJudgement(ServingModel model, Mix mix) {
        this.model = model;
        List<Drawing> enrolled = mix.enrolled();
        List<Picture> pictures = enrolled.stream().map(this::picture).toList();
        float[][] references = model.embedder().embedReferences(pictures);
        Embeddings checked = model.embedder().checkAll(pictures);
        for (int i = 0; i < references.length; i++) {
            UndecidedCause cause = checked.cause(i);
            if (!checked.isAmbiguous(i) && (cause == null || !model.domain().refuses(cause))) {
                Drawing drawing = enrolled.get(i);
                model.gallery().put(new ReferenceKey(drawing.subject(), drawing.drawer()), references[i]);
            }
        }
    }

    String sha256() {
        return model.sha256();
    }

    /** Returns whether a verdict is the one that this version gives with its gallery. */
    boolean agrees(Mix.Sent sent, Verdict verdict) {
        Object task;
        List<Embeddings> embedded;
        if (sent.task() == TaskKind.PAIR) {
            task = new Pair(ByteBuffer.allocate(0), null);
            embedded = List.of(embedding(sent.probe()), embedding(sent.other()));
        } else {
            task = sent.task() == TaskKind.CLAIM ? new Claim(sent.other().subject()) : new Identify(1);
            embedded = List.of(embedding(sent.probe()));
        }
        Probe probe = new Probe(verdict.getProbeId(), "", Instant.EPOCH, ByteBuffer.allocate(0), task, null);
        List<float[]> vectors =
                embedded.stream().flatMap(each -> each.all(0).stream()).toList();
        Verdict expected = judge.judge(
                model,
                new PreparedProbe.Embedded(probe, vectors, cause(embedded)),
                new ProbePlace(0, 0),
                Instant.EPOCH);
        return expected.getOutcome() == verdict.getOutcome()
                && expected.getCause() == verdict.getCause()
                && expected.getGallerySize() == verdict.getGallerySize()
                && expected.getThreshold() == verdict.getThreshold()
                && subject(expected).equals(subject(verdict))
                && Math.abs(score(expected) - score(verdict)) <= LARGEST_DIFFERENCE;
    }

    @Override
    public void close() {
        model.close();
    }

    private Embeddings embedding(Drawing drawing) {
        return embeddings.computeIfAbsent(drawing, each -> model.embedder().checkAll(List.of(picture(each))));
    }

    /** Returns why the model can't judge pictures that are judged together: nothing found goes first, then no contrast. */
    private static @Nullable UndecidedCause cause(List<Embeddings> embedded) {
        List<UndecidedCause> causes = embedded.stream()
                .map(each -> each.cause(0))
                .filter(Objects::nonNull)
                .toList();
        return Stream.of(UndecidedCause.NOTHING_FOUND, UndecidedCause.BLANK)
                .filter(causes::contains)
                .findFirst()
                .orElse(causes.isEmpty() ? null : causes.get(0));
    }

    private Picture picture(Drawing drawing) {
        return (Picture) decoder.decode(drawing.png(), model.embedder().input().channels());
    }

    private static String subject(Verdict verdict) {
        List<Candidate> candidates = verdict.getCandidates();
        return candidates.isEmpty() ? "" : candidates.get(0).getSubjectId();
    }

    private static double score(Verdict verdict) {
        return verdict.getScore() == null ? -1 : verdict.getScore();
    }
}
