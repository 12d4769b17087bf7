package io.twinstream.deploy.acceptance.faces;

import io.twinstream.deploy.acceptance.faces.FaceScene.ShownFace;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Pair;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.record.RegionVerdict;
import io.twinstream.schemas.record.UndecidedCause;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.ModelSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.Topics;
import io.twinstream.verifier.VerifierService;
import io.twinstream.verifier.settings.VerifierSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Has scenes judged by two verifiers. One has the package that locates and lays faces upright, and judges all regions. The other
 * has the same embedder without a locator, for crops that were made by hand. Whatever doesn't follow is a fault, in one line.
 */
final class SceneTrial implements AutoCloseable {
    /** Of so many people one is a stranger, whom nobody enrols. */
    private static final int STRANGER = 3;

    private static final int CLAIMED_SCENES = 150;
    private static final int PAIRED_SCENES = 100;
    private static final int EMPTY_SCENES = 60;
    private static final int REFERENCE_SCENES = 5;
    /** Scenes that are drawn for something else than identification have numbers of their own. */
    private static final int EMPTY = 100_000;

    private static final int LIKE = 200_000;
    private static final int UNLIKE = 300_000;
    private static final int ALL_SUBJECTS = 100;
    /** Scores of the same picture agree to this; a batch of another size adds floats in another order. */
    private static final double SAME = 1e-4;
    /** Scores of crops by another program agree to this: it rounds samples otherwise. */
    private static final double BY_HAND = 0.005;

    private static final Duration LIMIT = Duration.ofMinutes(20);

    private final Rig rig;
    private final FaceScenes generator;
    private final Map<String, byte[]> references = new LinkedHashMap<>();
    private final JudgedScenes judged;
    private final Side locating;
    private final Side plain;
    private final Map<Integer, Verdict> identified = new HashMap<>();
    private final List<FaceScene> scenes = new ArrayList<>();
    private final List<String> figures = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /** One verifier with its topics and what it said. */
    private record Side(VerifierService verifier, Topics topics, TopicAnswers answers) implements AutoCloseable {
        static Side start(Rig rig, String prefix, Path model) throws Exception {
            Settings settings =
                    rig.settings(prefix, ModelSettings.OWN_MODEL, model.toString(), VerifierSettings.REGIONS, "all");
            Topics topics = rig.createTopics(settings);
            return new Side(Rig.verifier(settings), topics, new TopicAnswers(rig.bootstrapServers(), topics));
        }

        Verdict verdict(String id) {
            return Objects.requireNonNull(answers.verdicts().get(id), id);
        }

        @Override
        public void close() {
            answers.close();
            verifier.close();
        }
    }

    private SceneTrial(Rig rig, Path folder, List<double[][]> drawings, List<String> others, Side locating, Side plain)
            throws IOException {
        this.rig = rig;
        this.locating = locating;
        this.plain = plain;
        Map<String, String> first = new LinkedHashMap<>();
        List<MarkedFace> shown = new ArrayList<>();
        for (MarkedFace face : MarkedFace.read(folder)) {
            if (first.putIfAbsent(face.person(), face.picture()) != null) {
                shown.add(face);
            }
        }
        int number = 0;
        for (Map.Entry<String, String> each : first.entrySet()) {
            if (++number % STRANGER != 0) {
                Path file = folder.resolve(each.getKey()).resolve(each.getValue() + ".png");
                references.put(each.getKey(), Files.readAllBytes(file));
            }
        }
        this.generator = new FaceScenes(shown, drawings);
        this.judged = new JudgedScenes(others, references.keySet());
    }

    /**
     * Starts the verifiers and enrols two of three people, each with the first of their pictures, which no scene shows.
     *
     * @param others the people who set no threshold
     * @param model the package that locates
     * @param withoutLocator the same one without its locator
     */
    static SceneTrial begin(
            Rig rig, Path faces, List<double[][]> drawings, List<String> others, Path model, Path withoutLocator)
            throws Exception {
        Side locating = Side.start(rig, "regions", model);
        try {
            SceneTrial trial =
                    new SceneTrial(rig, faces, drawings, others, locating, Side.start(rig, "crops", withoutLocator));
            trial.references.forEach((person, picture) -> rig.enrol(locating.topics(), person, "first", picture));
            rig.flush();
            trial.awaitGallery(trial.references.size());
            return trial;
        } catch (Exception e) {
            locating.close();
            throw e;
        }
    }

    private void awaitGallery(int size) {
        Awaitility.await("a gallery of " + size)
                .atMost(LIMIT)
                .until(() -> locating.verifier().status().get("gallerySize").equals(size));
    }

    /** Has everybody in so many scenes identified. */
    JudgedScenes identify(int count) throws IOException {
        for (int number = 0; number < count; number++) {
            scenes.add(generator.scene(number));
            send(locating, "scene-" + number, scenes.get(number).encoded(), new Identify(ALL_SUBJECTS), null);
        }
        await(locating, count);
        for (FaceScene scene : scenes) {
            Verdict verdict = locating.verdict("scene-" + scene.number());
            identified.put(scene.number(), verdict);
            judged.add(scene, verdict);
        }
        faults.addAll(judged.faults());
        return judged;
    }

    /** Returns the first scenes that were identified. */
    List<FaceScene> scenes(int count) {
        return scenes.subList(0, count);
    }

    /** Returns the threshold that all scenes were identified at. */
    double threshold() {
        return identified.get(0).getThreshold();
    }

    /** Claims in each scene somebody who is there and somebody who isn't: what regions say decides. */
    void claim() throws IOException {
        Map<String, Boolean> there = new LinkedHashMap<>();
        Map<String, @Nullable Double> expected = new HashMap<>();
        for (FaceScene scene : scenes.subList(0, Math.min(CLAIMED_SCENES, scenes.size()))) {
            List<String> seen = scene.faces().stream().map(ShownFace::person).toList();
            String shown = first(scene, seen, true);
            String absent = first(scene, seen, false);
            for (String subject : new String[] {shown, absent}) {
                if (subject != null) {
                    String id = "claim-%d-%s".formatted(scene.number(), subject);
                    there.put(id, seen.contains(subject));
                    expected.put(id, best(identified.get(scene.number()), subject));
                    send(locating, id, scene.encoded(), new Claim(subject), null);
                }
            }
        }
        await(locating, there.size());
        int[] counts = new int[2];
        int[] matches = new int[2];
        there.forEach((id, isThere) -> {
            Verdict verdict = locating.verdict(id);
            Double score = expected.get(id);
            boolean match = verdict.getOutcome() == Outcome.MATCH;
            counts[isThere ? 0 : 1]++;
            matches[isThere ? 0 : 1] += match ? 1 : 0;
            boolean right = score == null
                    ? verdict.getOutcome() == Outcome.UNDECIDED
                    : verdict.getScore() != null
                            && Math.abs(verdict.getScore() - score) <= SAME
                            && match == (verdict.getScore() >= verdict.getThreshold());
            if (!right) {
                faults.add("%s: %s at %s where its regions say %s"
                        .formatted(id, verdict.getOutcome(), verdict.getScore(), score));
            }
        });
        figures.add("%d of %d claims of somebody who is there match, %d of %d of somebody who isn't"
                .formatted(matches[0], counts[0], matches[1], counts[1]));
    }

    /** Returns the first person enrolled who is, or isn't, in a scene; begins elsewhere in each scene. */
    private @Nullable String first(FaceScene scene, List<String> seen, boolean there) {
        List<String> enrolled = List.copyOf(references.keySet());
        for (int i = 0; i < enrolled.size(); i++) {
            String person = enrolled.get((scene.number() + i) % enrolled.size());
            if (seen.contains(person) == there) {
                return person;
            }
        }
        return null;
    }

    /** Returns the best score of a subject among the regions that were decided, or null if none was. */
    private static @Nullable Double best(Verdict verdict, String subject) {
        return verdict.getRegions().stream()
                .filter(region -> region.getOutcome() != Outcome.UNDECIDED)
                .map(region -> JudgedScenes.scores(region).getOrDefault(subject, 0.0))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    /**
     * Sends scenes with regions, and the same regions as crops: laid upright by hand for the verifier without a locator, and cut
     * out along their boxes.
     */
    void sendRegions() throws IOException {
        Map<String, Region> inReferences = inReferences();
        List<String> enrolled = List.copyOf(references.keySet());
        Map<String, RegionVerdict> expected = new LinkedHashMap<>();
        List<String> pairs = new ArrayList<>();
        for (FaceScene scene : scenes.subList(0, Math.min(2 * PAIRED_SCENES, scenes.size()))) {
            RegionVerdict region = smallest(scene);
            if (region == null || scene.number() % 2 != 0) {
                continue;
            }
            String id = Integer.toString(scene.number());
            byte[] picture = scene.encoded();
            expected.put("region-" + id, region);
            send(locating, "region-" + id, picture, new Identify(ALL_SUBJECTS), region.getRegion());
            BufferedImage decoded = image(picture);
            String shown = Objects.requireNonNull(judged.shown(scene).get(region.getRegion()))
                    .person();
            String other = enrolled.get((enrolled.indexOf(shown) + 1 + scene.number() % 7) % enrolled.size());
            for (String subject : List.of(shown, other)) {
                pairs.add(id + "-" + subject);
                pair(id + "-" + subject, picture, decoded, region.getRegion(), subject, inReferences.get(subject));
            }
        }
        await(locating, expected.size() + pairs.size());
        await(plain, 3 * pairs.size());
        expected.forEach((id, region) -> compareRegion(id, locating.verdict(id), region));
        for (String pair : pairs) {
            Verdict laid = locating.verdict("laid-" + pair);
            compare(laid, plain.verdict("laid-by-hand-" + pair), BY_HAND);
            compare(plain.verdict("cut-" + pair), plain.verdict("cut-by-hand-" + pair), SAME);
        }
        figures.add(
                "%d regions of senders judged as the locator's own, %d pairs with regions as crops by hand, farthest %.6f laid out and %.6f cut"
                        .formatted(
                                expected.size(),
                                pairs.size(),
                                farthest(pairs, locating, "laid-", "laid-by-hand-"),
                                farthest(pairs, plain, "cut-", "cut-by-hand-")));
    }

    private void pair(
            String id, byte[] picture, BufferedImage decoded, Region region, String subject, Region inReference)
            throws IOException {
        byte[] reference = references.get(subject);
        BufferedImage shown = image(reference);
        send(locating, "laid-" + id, picture, new Pair(ByteBuffer.wrap(reference), inReference), region);
        send(
                plain,
                "laid-by-hand-" + id,
                HandCrop.aligned(decoded, region, FaceModels.TEMPLATE, FaceModels.SIDE),
                new Pair(
                        ByteBuffer.wrap(HandCrop.aligned(shown, inReference, FaceModels.TEMPLATE, FaceModels.SIDE)),
                        null),
                null);
        send(plain, "cut-" + id, picture, new Pair(ByteBuffer.wrap(reference), box(inReference)), box(region));
        send(
                plain,
                "cut-by-hand-" + id,
                HandCrop.box(decoded, region),
                new Pair(ByteBuffer.wrap(HandCrop.box(shown, inReference)), null),
                null);
    }

    private static Region box(Region region) {
        return new Region(
                region.getX(), region.getY(), region.getWidth(), region.getHeight(), region.getScore(), List.of());
    }

    /** Returns where the package finds the faces of the references. */
    private Map<String, Region> inReferences() {
        references.forEach((person, picture) -> send(locating, "reference-" + person, picture, new Identify(1), null));
        await(locating, references.size());
        Map<String, Region> regions = new HashMap<>();
        references
                .keySet()
                .forEach(person -> regions.put(
                        person,
                        locating.verdict("reference-" + person)
                                .getRegions()
                                .get(0)
                                .getRegion()));
        return regions;
    }

    /** Returns the smallest region that shows somebody enrolled, so that others in the picture might be taken for it. */
    private @Nullable RegionVerdict smallest(FaceScene scene) {
        RegionVerdict smallest = null;
        for (RegionVerdict region : identified.get(scene.number()).getRegions()) {
            ShownFace face = judged.shown(scene).get(region.getRegion());
            if (face != null && references.containsKey(face.person()) && region.getOutcome() != Outcome.UNDECIDED) {
                smallest = region;
            }
        }
        return smallest;
    }

    private void compareRegion(String id, Verdict verdict, RegionVerdict expected) {
        List<RegionVerdict> regions = verdict.getRegions();
        if (regions.size() != 1
                || !regions.get(0).getRegion().equals(expected.getRegion())
                || regions.get(0).getOutcome() != expected.getOutcome()
                || difference(JudgedScenes.scores(regions.get(0)), JudgedScenes.scores(expected)) > SAME) {
            faults.add(
                    "%s: a sender's region is judged as %s, the locator's own as %s".formatted(id, regions, expected));
        }
    }

    private static double difference(Map<String, Double> scores, Map<String, Double> expected) {
        double farthest = scores.keySet().equals(expected.keySet()) ? 0 : 1;
        for (Map.Entry<String, Double> each : expected.entrySet()) {
            farthest = Math.max(farthest, Math.abs(scores.getOrDefault(each.getKey(), 0.0) - each.getValue()));
        }
        return farthest;
    }

    private void compare(Verdict one, Verdict byHand, double tolerance) {
        if (one.getScore() == null
                || byHand.getScore() == null
                || Math.abs(one.getScore() - byHand.getScore()) > tolerance
                || (one.getOutcome() != byHand.getOutcome()
                        && Math.abs(one.getScore() - one.getThreshold()) > tolerance)) {
            faults.add("%s: %s at %s, the crop by hand %s at %s %s"
                    .formatted(
                            one.getProbeId(),
                            one.getOutcome(),
                            one.getScore(),
                            byHand.getOutcome(),
                            byHand.getScore(),
                            byHand.getCause()));
        }
    }

    private double farthest(List<String> pairs, Side side, String given, String byHand) {
        return pairs.stream()
                .mapToDouble(pair -> difference(score(side.verdict(given + pair)), score(plain.verdict(byHand + pair))))
                .max()
                .orElse(0);
    }

    private static Map<String, Double> score(Verdict verdict) {
        return verdict.getScore() == null ? Map.of() : Map.of("", verdict.getScore());
    }

    /** Sends scenes without a face. */
    void sendEmptyScenes() throws IOException {
        for (int i = 0; i < EMPTY_SCENES; i++) {
            send(locating, "empty-" + i, generator.scene(EMPTY + i, 0).encoded(), new Identify(1), null);
        }
        await(locating, EMPTY_SCENES);
        int right = 0;
        for (int i = 0; i < EMPTY_SCENES; i++) {
            Verdict verdict = locating.verdict("empty-" + i);
            boolean undecided =
                    verdict.getOutcome() == Outcome.UNDECIDED && verdict.getCause() == UndecidedCause.NOTHING_FOUND;
            right += undecided ? 1 : 0;
            if (!undecided) {
                faults.add("%s, without a face, is %s %s: %s"
                        .formatted(
                                verdict.getProbeId(), verdict.getOutcome(), verdict.getCause(), verdict.getRegions()));
            }
        }
        figures.add("%d of %d scenes without a face undecided, since nothing was found".formatted(right, EMPTY_SCENES));
    }

    /** Enrols scenes with two faces of like size, of unlike size, and without one. */
    void enrolScenes() throws IOException, InterruptedException {
        for (int i = 0; i < REFERENCE_SCENES; i++) {
            rig.enrol(
                    locating.topics(),
                    "like-" + i,
                    "1",
                    generator.pair(LIKE + i, 1).encoded());
            rig.enrol(
                    locating.topics(),
                    "unlike-" + i,
                    "1",
                    generator.pair(UNLIKE + i, 0.5).encoded());
            rig.enrol(
                    locating.topics(),
                    "empty-" + i,
                    "1",
                    generator.scene(EMPTY + i, 0).encoded());
        }
        rig.flush();
        awaitGallery(references.size() + REFERENCE_SCENES);
        String listed = Awaitility.await("unusable references")
                .atMost(LIMIT)
                .until(this::unusable, text -> text.split("\"key\"", -1).length - 1 == 2 * REFERENCE_SCENES);
        for (int i = 0; i < REFERENCE_SCENES; i++) {
            for (String each : List.of("like-" + i + "/1 SEVERAL_FOUND", "empty-" + i + "/1 NOTHING_FOUND")) {
                String[] parts = each.split(" ", -1);
                if (!listed.matches("(?s).*\"key\"\\s*:\\s*\"%s\"[^}]*\"%s\".*".formatted(parts[0], parts[1]))) {
                    faults.add("%s isn't listed as unusable: %s".formatted(each, listed));
                }
            }
        }
        figures.add(
                "%d references with two faces of like size and %d without one are listed as unusable, %d with a large and a small one are enrolled"
                        .formatted(REFERENCE_SCENES, REFERENCE_SCENES, REFERENCE_SCENES));
    }

    private String unusable() throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:%d/v1/unusable-references?limit=100"
                .formatted(locating.verifier().port()));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
                .body();
    }

    private void send(Side side, String id, byte[] image, Object task, @Nullable Region region) {
        rig.send(side.topics(), id, image, task, region);
    }

    /** Waits for so many more answers, each of which is a verdict on a probe of its own. */
    private void await(Side side, int more) {
        rig.flush();
        int before = side.answers().count();
        side.answers().await(before + more, LIMIT);
        if (side.answers().count() != before + more
                || side.answers().duplicates() > 0
                || !side.answers().deadLetters().isEmpty()) {
            throw new IllegalStateException("%d probes have %d verdicts, %d twice, and dead letters %s"
                    .formatted(
                            before + more,
                            side.answers().verdicts().size(),
                            side.answers().duplicates(),
                            side.answers().deadLetters()));
        }
    }

    private static BufferedImage image(byte[] encoded) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(encoded));
    }

    List<String> figures() {
        return figures;
    }

    /** Says what didn't follow, one line each. */
    List<String> faults() {
        return faults;
    }

    @Override
    public void close() {
        locating.close();
        plain.close();
    }
}
