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
import io.twinstream.verifier.gallery.Search;
import io.twinstream.verifier.lookahead.EmbeddedProbe;
import io.twinstream.verifier.match.MatchFunction;
import io.twinstream.verifier.match.Threshold;
import io.twinstream.verifier.model.ServingModel;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** An embedded probe to its verdict. Safe for many threads. */
public final class Judge {
    private final Clock clock;

    public Judge(Clock clock) {
        this.clock = clock;
    }

    /**
     * Judges by what is enrolled at this moment, or for an identification was when it was searched for.
     *
     * @param model that embedded the probe
     * @param at where the probe lies on its topic
     */
    public Verdict judge(ServingModel model, EmbeddedProbe embedded, ProbePosition at) {
        return judgement(model, embedded, at).verdict();
    }

    /** Judges, and says what it is from that the verdict follows. */
    Judgement judgement(ServingModel model, EmbeddedProbe embedded, ProbePosition at) {
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
                .setAppendedAt(at.appendedAt())
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
            Search search = model.gallery().verify(embedding, claim.getSubjectId());
            verdict.setTask(TaskKind.CLAIM);
            search(verdict, search, model.thresholds().verification());
            matches = search.matches();
            candidates = 1;
        } else {
            candidates = ((Identify) task).getCandidates();
            EmbeddedProbe.Found found = embedded.found();
            Search search = found != null ? found.search() : model.gallery().identify(embedding, candidates);
            matches = search.matches();
            verdict.setTask(TaskKind.IDENTIFY).setTargetFpir(model.thresholds().targetFpir());
            search(verdict, search, model.thresholds().identification(search.gallerySize()));
        }
        return new Judgement(verdict.build(), matches, candidates, model.thresholds());
    }

    /** Of a picture that can't be judged: nobody is searched for, and nobody found. */
    private static Judgement undecided(ServingModel model, Verdict.Builder verdict, Object task, UndecidedCause cause) {
        int gallerySize = model.gallery().size();
        Threshold threshold = model.thresholds().verification();
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

    /** Puts into a verdict, whose task is set, that nothing is compared, and why. */
    public static void undecided(Verdict.Builder verdict, int gallerySize, Threshold threshold, UndecidedCause cause) {
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

    /** Puts into a verdict, whose task is set, what was found and what that comes to. */
    public static void search(Verdict.Builder verdict, Search search, Threshold threshold) {
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

    private static void decide(Verdict.Builder verdict, double score, Threshold threshold) {
        verdict.setScore(score)
                .setThreshold(threshold.score())
                .setTargetFmr(threshold.fmr())
                .setReason(null)
                .setCause(null)
                .setOutcome(score >= threshold.score() ? Outcome.MATCH : Outcome.NON_MATCH);
    }
}
