package io.twinstream.verifier.stream;

import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
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
import java.util.ArrayList;
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
     * @param regions what came of each of the verdict's regions; empty where the whole picture was judged
     * @param candidates how many candidates the verdict may have; 0 for a pair
     */
    record Judgement(
            Verdict verdict, List<Match> matches, List<RegionFinding> regions, int candidates, Thresholds thresholds) {
        /** Returns the same judgement with its first candidates alone, as the shadow's opinion has them. */
        Judgement best() {
            Verdict best = Verdict.newBuilder(verdict)
                    .setCandidates(verdict.getCandidates().stream().limit(1).toList())
                    .setRegions(verdict.getRegions().stream()
                            .map(region -> RegionVerdict.newBuilder(region)
                                    .setCandidates(region.getCandidates().stream()
                                            .limit(1)
                                            .toList())
                                    .build())
                            .toList())
                    .build();
            return new Judgement(
                    best,
                    matches.stream().limit(1).toList(),
                    regions.stream().map(RegionFinding::best).toList(),
                    Math.min(1, candidates),
                    thresholds);
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
                .setDecidedAt(Instant.ofEpochMilli(clock.millis()))
                // Avro copies a default that nobody has set.
                .setRegions(List.of());
        UndecidedCause cause = embedded.cause();
        if (cause != null && model.domain().refuses(cause)) {
            return undecided(model, verdict, embedded, cause);
        }
        if (!embedded.regions().isEmpty()) {
            return ofRegions(model, verdict, embedded);
        }
        float[] embedding = embedded.embeddings().get(0);
        Object task = probe.getTask();
        List<Match> matches = List.of();
        int candidates = 0;
        if (task instanceof Pair) {
            double score =
                    model.matchFunction().score(embedding, embedded.embeddings().get(1));
            verdict.setTask(TaskKind.PAIR);
            pair(
                    verdict,
                    score,
                    model.thresholds().verification(),
                    model.gallery().size());
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
                    found != null ? found.search(0) : model.gallery().identify(embedding, candidates);
            matches = search.matches();
            verdict.setTask(TaskKind.IDENTIFY).setTargetFpir(model.thresholds().targetFpir());
            search(verdict, search, model.thresholds().identification(search.gallerySize()));
        }
        return new Judgement(verdict.build(), matches, List.of(), candidates, model.thresholds());
    }

    /** Judges each region by itself; at least one can be judged. */
    private static Judgement ofRegions(ServingModel model, Verdict.Builder verdict, PreparedProbe.Embedded embedded) {
        int candidates = setTask(model, verdict, embedded.probe().getTask());
        List<RegionFinding> findings = findings(model, embedded, candidates);
        int gallerySize = gallerySize(model, findings);
        List<Match> matches = RegionFinding.decide(
                verdict, findings, candidates, threshold(model, verdict.getTask(), gallerySize), gallerySize);
        return new Judgement(verdict.build(), matches, findings, candidates, model.thresholds());
    }

    private static List<RegionFinding> findings(ServingModel model, PreparedProbe.Embedded embedded, int candidates) {
        Object task = embedded.probe().getTask();
        List<SearchResult> searches = task instanceof Identify ? searches(model, embedded, candidates) : List.of();
        List<RegionFinding> findings = new ArrayList<>(embedded.regions().size());
        int next = 0;
        for (PreparedProbe.EmbeddedRegion each : embedded.regions()) {
            Region region = each.region().written();
            UndecidedCause cause = each.cause();
            if (cause != null && model.domain().refuses(cause)) {
                findings.add(RegionFinding.refused(region, cause));
            } else if (task instanceof Pair) {
                float[] reference = embedded.embeddings().get(1);
                findings.add(RegionFinding.scored(region, model.matchFunction().score(each.embedding(), reference)));
            } else if (task instanceof Claim claim) {
                findings.add(
                        RegionFinding.searched(region, model.gallery().verify(each.embedding(), claim.getSubjectId())));
            } else {
                findings.add(RegionFinding.searched(region, searches.get(next)));
                next++;
            }
        }
        return findings;
    }

    /** Returns what the gallery holds for each region that can be judged. */
    private static List<SearchResult> searches(ServingModel model, PreparedProbe.Embedded embedded, int candidates) {
        PreparedProbe.FoundAhead found = embedded.found();
        List<float[]> searched = new ArrayList<>();
        embedded.addSearched(model.domain(), searched);
        return found != null
                ? found.searches().subList(found.first(), found.first() + searched.size())
                : model.gallery().identify(searched, candidates);
    }

    /** Returns the size of the gallery that was searched, or for a pair the present one. */
    private static int gallerySize(ServingModel model, List<RegionFinding> findings) {
        for (RegionFinding finding : findings) {
            SearchResult search = finding.search();
            if (search != null) {
                return search.gallerySize();
            }
        }
        return model.gallery().size();
    }

    /** Sets the task of a verdict, and returns how many candidates it may have. */
    private static int setTask(ServingModel model, Verdict.Builder verdict, Object task) {
        if (task instanceof Pair) {
            verdict.setTask(TaskKind.PAIR);
            return 0;
        }
        if (task instanceof Claim) {
            verdict.setTask(TaskKind.CLAIM);
            return 1;
        }
        verdict.setTask(TaskKind.IDENTIFY).setTargetFpir(model.thresholds().targetFpir());
        return ((Identify) task).getCandidates();
    }

    private static Thresholds.Threshold threshold(ServingModel model, TaskKind task, int gallerySize) {
        return task == TaskKind.IDENTIFY
                ? model.thresholds().identification(gallerySize)
                : model.thresholds().verification();
    }

    /** Returns the verdict on a picture that can't be judged: no search is made and no candidate is named. */
    private static Judgement undecided(
            ServingModel model, Verdict.Builder verdict, PreparedProbe.Embedded embedded, UndecidedCause cause) {
        int gallerySize = model.gallery().size();
        int candidates = setTask(model, verdict, embedded.probe().getTask());
        Thresholds.Threshold threshold = threshold(model, verdict.getTask(), gallerySize);
        List<RegionFinding> findings = List.of();
        if (!embedded.regions().isEmpty()) {
            findings = embedded.regions().stream()
                    .map(each ->
                            RegionFinding.refused(each.region().written(), each.cause() == null ? cause : each.cause()))
                    .toList();
            RegionFinding.refuse(verdict, findings, threshold, cause);
        }
        undecided(verdict, gallerySize, threshold, cause);
        return new Judgement(verdict.build(), List.of(), findings, candidates, model.thresholds());
    }

    /** Marks a verdict, whose task is set, as undecided, with the cause. */
    public static void undecided(
            Verdict.Builder verdict, int gallerySize, Thresholds.Threshold threshold, UndecidedCause cause) {
        Undecided.set(verdict, cause)
                .setGallerySize(gallerySize)
                .setThreshold(threshold.score())
                .setTargetFmr(threshold.fmr());
    }

    /** Decides the verdict on a pair. */
    static void pair(Verdict.Builder verdict, double score, Thresholds.Threshold threshold, int gallerySize) {
        verdict.setGallerySize(gallerySize).setCandidates(List.of());
        decide(verdict, score, threshold);
    }

    /** Adds the result of a search to a verdict, whose task is set, and decides it. */
    public static void search(Verdict.Builder verdict, SearchResult search, Thresholds.Threshold threshold) {
        List<Candidate> candidates = candidates(search);
        if (candidates.isEmpty()) {
            undecided(verdict, search.gallerySize(), threshold, nobody(verdict.getTask()));
        } else {
            verdict.setGallerySize(search.gallerySize()).setCandidates(candidates);
            decide(verdict, candidates.get(0).getScore(), threshold);
        }
    }

    /** Returns the candidates that a search has found, best first. */
    static List<Candidate> candidates(SearchResult search) {
        return search.matches().stream()
                .map(match -> new Candidate(
                        match.reference().subjectId(),
                        match.reference().referenceId(),
                        MatchFunction.score(match.logit())))
                .toList();
    }

    /** Returns why a search that has found nobody is undecided. */
    static UndecidedCause nobody(TaskKind task) {
        return task == TaskKind.CLAIM ? UndecidedCause.UNKNOWN_SUBJECT : UndecidedCause.EMPTY_GALLERY;
    }

    private static void decide(Verdict.Builder verdict, double score, Thresholds.Threshold threshold) {
        verdict.setScore(score)
                .setThreshold(threshold.score())
                .setTargetFmr(threshold.fmr())
                .setReason(null)
                .setCause(null)
                .setOutcome(outcome(score, threshold));
    }

    static Outcome outcome(double score, Thresholds.Threshold threshold) {
        return score >= threshold.score() ? Outcome.MATCH : Outcome.NON_MATCH;
    }
}
