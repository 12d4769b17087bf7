package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.faces.FaceScene.ShownFace;
import io.twinstream.deploy.acceptance.rig.PeopleRate;
import io.twinstream.schemas.record.Candidate;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what verdicts say of the regions of scenes, by the people who are seen. Rates of errors are those of people who set no
 * threshold, compared with others of them.
 */
final class JudgedScenes {
    private static final int MOST_REGIONS = 16;

    private final Finds finds = new Finds();
    private final Map<Integer, Map<Region, ShownFace>> shown = new HashMap<>();
    private final Map<UndecidedCause, Integer> undecided = new EnumMap<>(UndecidedCause.class);
    private final List<String> faults = new ArrayList<>();
    private final Map<String, Integer> missed = new TreeMap<>();
    private final List<String> people;
    private final Set<String> enrolled;
    private final PeopleRate falseMatches;
    private final PeopleRate falseNonMatches;
    private int strangers;
    private int strangersNamed;
    private int known;
    private int knownNamed;

    /**
     * Creates the counts.
     *
     * @param people those who set no threshold
     * @param enrolled the subjects of the gallery, each with one reference
     */
    JudgedScenes(List<String> people, Set<String> enrolled) {
        this.people = List.copyOf(people);
        this.enrolled = Set.copyOf(enrolled);
        this.falseMatches = new PeopleRate(people.size());
        this.falseNonMatches = new PeopleRate(people.size());
    }

    /** Counts an identification that asked for all subjects. */
    void add(FaceScene scene, Verdict verdict) {
        String fault = fault(verdict);
        if (fault != null) {
            faults.add("scene %d: %s".formatted(scene.number(), fault));
        }
        List<Region> regions =
                verdict.getRegions().stream().map(RegionVerdict::getRegion).toList();
        Map<Region, ShownFace> faces = finds.add(scene, regions);
        shown.put(scene.number(), faces);
        for (RegionVerdict region : verdict.getRegions()) {
            ShownFace face = faces.get(region.getRegion());
            if (region.getOutcome() == Outcome.UNDECIDED) {
                undecided.merge(region.getCause(), 1, Integer::sum);
            } else if (face != null) {
                count(face, region, verdict.getThreshold());
            }
        }
    }

    private void count(ShownFace face, RegionVerdict region, double threshold) {
        Map<String, Double> scores = scores(region);
        boolean named = region.getOutcome() == Outcome.MATCH;
        if (enrolled.contains(face.person())) {
            known++;
            knownNamed += named && region.getCandidates().get(0).getSubjectId().equals(face.person()) ? 1 : 0;
        } else {
            strangers++;
            strangersNamed += named ? 1 : 0;
        }
        int person = people.indexOf(face.person());
        for (String subject : enrolled) {
            int other = people.indexOf(subject);
            if (person >= 0 && other >= 0) {
                boolean matches = scores.getOrDefault(subject, 0.0) >= threshold;
                if (person == other) {
                    falseNonMatches.add(person, person, !matches);
                    if (!matches) {
                        missed.merge(face.person() + "/" + face.picture(), 1, Integer::sum);
                    }
                } else {
                    falseMatches.add(person, other, matches);
                }
            }
        }
    }

    static Map<String, Double> scores(RegionVerdict region) {
        Map<String, Double> scores = new HashMap<>();
        region.getCandidates().forEach(each -> scores.put(each.getSubjectId(), each.getScore()));
        return scores;
    }

    /** Returns what doesn't follow from the verdict's own regions, or null if all does. */
    private static @Nullable String fault(Verdict verdict) {
        List<RegionVerdict> regions = verdict.getRegions();
        if (regions.size() > MOST_REGIONS) {
            return regions.size() + " regions";
        }
        double before = Double.MAX_VALUE;
        boolean match = false;
        boolean decided = false;
        Map<String, Double> best = new HashMap<>();
        for (RegionVerdict each : regions) {
            double area =
                    (double) each.getRegion().getWidth() * each.getRegion().getHeight();
            if (area > before) {
                return "its regions don't begin with the largest";
            }
            before = area;
            match |= each.getOutcome() == Outcome.MATCH;
            decided |= each.getOutcome() != Outcome.UNDECIDED;
            scores(each).forEach((subject, score) -> best.merge(subject, score, Math::max));
        }
        Outcome outcome = match ? Outcome.MATCH : decided ? Outcome.NON_MATCH : Outcome.UNDECIDED;
        if (verdict.getOutcome() != outcome) {
            return "it is %s and its regions say %s".formatted(verdict.getOutcome(), outcome);
        }
        List<Double> expected =
                best.values().stream().sorted(Comparator.reverseOrder()).toList();
        List<Double> candidates =
                verdict.getCandidates().stream().map(Candidate::getScore).toList();
        Set<String> subjects = new HashSet<>();
        verdict.getCandidates().forEach(each -> subjects.add(each.getSubjectId()));
        if (decided && (!candidates.equals(expected) || !subjects.equals(best.keySet()))) {
            return "its candidates aren't the best of its regions";
        }
        return null;
    }

    /** Returns the faces that a scene's regions show. */
    Map<Region, ShownFace> shown(FaceScene scene) {
        return shown.get(scene.number());
    }

    /** Returns how often each picture of the people who set no threshold wasn't matched with its own reference. */
    Map<String, Integer> missed() {
        return missed;
    }

    Finds finds() {
        return finds;
    }

    /** Says which verdicts don't follow from their regions. */
    List<String> faults() {
        return faults;
    }

    /** Returns the rate of false matches between people who set no threshold. */
    PeopleRate falseMatches() {
        return falseMatches;
    }

    PeopleRate falseNonMatches() {
        return falseNonMatches;
    }

    String figures() {
        return "%d regions of people enrolled, %.2f %% of them named; %d of strangers, %.2f %% of them taken for somebody; undecided %s"
                .formatted(
                        known,
                        100.0 * knownNamed / Math.max(1, known),
                        strangers,
                        100.0 * strangersNamed / Math.max(1, strangers),
                        undecided);
    }
}
