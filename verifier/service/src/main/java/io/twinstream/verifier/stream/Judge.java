package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.TaskKind;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.Undecided;
import io.twinstream.verifier.gallery.Match;
import io.twinstream.verifier.gallery.SearchResult;
import io.twinstream.verifier.lookahead.PreparedProbe;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Thresholds;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.standstill.ProbePlace;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * A judge makes the verdict on an embedded probe from the probe's task, the gallery and the thresholds. Safe for many
 * threads.
 */
public final class Judge {
    /**
     * A judgement is a verdict with what it follows from.
     *
     * @param matches the verdict's candidates, best first
     * @param candidates how many candidates the verdict may have; 0 for a pair
     */
    record Judgement(Verdict verdict, List<Match> matches, int candidates, Thresholds thresholds) {
        /** Returns the same judgement with its first candidate alone, as the shadow's opinion has it. */
        Judgement best() {
            Verdict best = Verdict.newBuilder(verdict)
                    .setCandidates(verdict.getCandidates().stream().limit(1).toList())
                    .build();
            return new Judgement(best, matches.stream().limit(1).toList(), Math.min(1, candidates), thresholds);
        }
    }

    private final Clock clock;

    public Judge(Clock clock) {
        this.clock = clock;
    }

    /**
     * Judges by what is enrolled now, or for an identification by what was enrolled when it was searched for.
     *
     * @param model the model that embedded the probe
     * @param at the probe's place on its topic
     * @param appendedAt when the broker appended the probe
     */
    public Verdict judge(ServingModel model, PreparedProbe.Embedded embedded, ProbePlace at, Instant appendedAt) {
        return judgement(model, embedded, at, appendedAt).verdict();
    }

    /** Judges as {@link #judge} does, and returns what the verdict follows from too. */
    Judgement judgement(ServingModel model, PreparedProbe.Embedded embedded, ProbePlace at, Instant appendedAt) {
        Probe probe = embedded.probe();
        Verdict.Builder verdict = Verdict.newBuilder()
                .setProbeId(probe.getProbeId())
                .setSourceId(probe.getSourceId())
                .setModelName(model.manifest().name())
                .setModelVersion(model.manifest().version())
                .setModelSha256(model.sha256())
                .setPrecision(model.embedder().precision())
                .setOutOfDomain(model.domain().marks(embedded.cause()))
                .setProbePartition(at.partition())
                .setProbeOffset(at.offset())
                .setAppendedAt(appendedAt)
                .setDecidedAt(Instant.ofEpochMilli(clock.millis()));
        UndecidedCause cause = embedded.cause();
        if (cause != null && model.domain().refuses(cause)) {
            return undecided(model, verdict, probe.getTask(), cause);
        }
        float[] embedding = embedded.embeddings().get(0);
        Object task = probe.getTask();
        List<Match> matches = List.of();
        int candidates = 0;
        if (task instanceof Pair) {
            pair(model, verdict, embedding, embedded.embeddings().get(1));
        } else if (task instanceof Claim claim) {
            SearchResult search = model.gallery().verify(embedding, claim.getSubjectId());
            verdict.setTask(TaskKind.CLAIM);
            search(verdict, search, model.thresholds().verification());
            matches = search.matches();
            candidates = 1;
        } else {
            candidates = ((Identify) task).getCandidates();
            PreparedProbe.FoundAhead found = embedded.found();
            SearchResult search =
                    found != null ? found.search() : model.gallery().identify(embedding, candidates);
            matches = search.matches();
            verdict.setTask(TaskKind.IDENTIFY).setTargetFpir(model.thresholds().targetFpir());
            search(verdict, search, model.thresholds().identification(search.gallerySize()));
        }
        return new Judgement(verdict.build(), matches, candidates, model.thresholds());
    }

    /** Returns the verdict on a picture that can't be judged: no search is made and no candidate is named. */
    private static Judgement undecided(ServingModel model, Verdict.Builder verdict, Object task, UndecidedCause cause) {
        int gallerySize = model.gallery().size();
        Thresholds.Threshold threshold = model.thresholds().verification();
        int candidates = 0;
        if (task instanceof Pair) {
            verdict.setTask(TaskKind.PAIR);
        } else if (task instanceof Claim) {
            verdict.setTask(TaskKind.CLAIM);
            candidates = 1;
        } else {
            verdict.setTask(TaskKind.IDENTIFY).setTargetFpir(model.thresholds().targetFpir());
            threshold = model.thresholds().identification(gallerySize);
            candidates = ((Identify) task).getCandidates();
        }
        undecided(verdict, gallerySize, threshold, cause);
        return new Judgement(verdict.build(), List.of(), candidates, model.thresholds());
    }

    /** Marks a verdict, whose task is set, as undecided, with the cause. */
    public static void undecided(
            Verdict.Builder verdict, int gallerySize, Thresholds.Threshold threshold, UndecidedCause cause) {
        Undecided.set(verdict, cause)
                .setGallerySize(gallerySize)
                .setThreshold(threshold.score())
                .setTargetFmr(threshold.fmr());
    }

    private static void pair(ServingModel model, Verdict.Builder verdict, float[] probe, float[] reference) {
        verdict.setTask(TaskKind.PAIR).setGallerySize(model.gallery().size()).setCandidates(List.of());
        decide(
                verdict,
                model.matchFunction().score(probe, reference),
                model.thresholds().verification());
    }

    /** Adds the result of a search to a verdict, whose task is set, and decides it. */
    public static void search(Verdict.Builder verdict, SearchResult search, Thresholds.Threshold threshold) {
        List<Candidate> candidates = search.matches().stream()
                .map(match -> new Candidate(
                        match.reference().subjectId(),
                        match.reference().referenceId(),
                        MatchFunction.score(match.logit())))
                .toList();
        if (candidates.isEmpty()) {
            UndecidedCause cause =
                    verdict.getTask() == TaskKind.CLAIM ? UndecidedCause.UNKNOWN_SUBJECT : UndecidedCause.EMPTY_GALLERY;
            undecided(verdict, search.gallerySize(), threshold, cause);
        } else {
            verdict.setGallerySize(search.gallerySize()).setCandidates(candidates);
            decide(verdict, candidates.get(0).getScore(), threshold);
        }
    }

    private static void decide(Verdict.Builder verdict, double score, Thresholds.Threshold threshold) {
        verdict.setScore(score)
                .setThreshold(threshold.score())
                .setTargetFmr(threshold.fmr())
                .setReason(null)
                .setCause(null)
                .setOutcome(score >= threshold.score() ? Outcome.MATCH : Outcome.NON_MATCH);
    }
}
