package io.twinstream.verifier.gallery;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.schemas.topic.Position;
import io.twinstream.schemas.topic.ReferenceKey;
import io.twinstream.verifier.gallery.Gallery.EnrolledSubject;
import io.twinstream.verifier.gallery.Gallery.SubjectPage;
import io.twinstream.verifier.match.MatchFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GalleryTest {
    private static final int LENGTH = 6;
    private static final MatchFunction FUNCTION = new MatchFunction(new float[] {-1, -2, -0.5f, -1, -3, -0.25f}, 4);

    private final Gallery gallery = new Gallery(FUNCTION);

    /** Draws embeddings of few levels, so that many scores are equal. */
    @ParameterizedTest
    @ValueSource(ints = {2, 1000})
    void anyOrderOfEnrolmentsAndErasuresGivesWhatBruteForceGives(int levels) {
        Random random = new Random(levels);
        Map<ReferenceKey, float[]> model = new TreeMap<>();
        for (int step = 0; step < 6000; step++) {
            ReferenceKey key = new ReferenceKey("s" + random.nextInt(700), "r" + random.nextInt(3));
            // grows past several tiles, then shrinks to nothing
            if (random.nextInt(100) < (step < 3500 ? 85 : 15)) {
                float[] embedding = embedding(random, levels);
                gallery.put(key, embedding);
                model.put(key, embedding);
            } else {
                assertEquals(model.remove(key) != null, gallery.erase(key));
            }
            assertEquals(model.size(), gallery.size());
            if (step % 50 == 0) {
                float[] probe = embedding(random, levels);
                int most = 1 + random.nextInt(20);
                assertEquals(
                        bruteForce(model, probe, most),
                        gallery.identify(probe, most).matches());
                SubjectPage page = gallery.subjects("", "", 3000);
                assertEquals(
                        model.keySet().stream()
                                .collect(groupingBy(
                                        ReferenceKey::subjectId,
                                        TreeMap::new,
                                        mapping(ReferenceKey::referenceId, toList())))
                                .entrySet()
                                .stream()
                                .map(each -> new EnrolledSubject(each.getKey(), each.getValue()))
                                .toList(),
                        page.subjects());
                assertEquals(page.subjects().size(), page.total());
                String subject = key.subjectId();
                assertEquals(
                        bruteForce(only(model, subject), probe, 1),
                        gallery.verify(probe, subject).matches());
            }
        }
        for (ReferenceKey key : List.copyOf(model.keySet())) {
            assertTrue(gallery.erase(key));
            model.remove(key);
        }
        assertEquals(new SearchResult(List.of(), 0), gallery.identify(new float[LENGTH], 5));
    }

    @Test
    void equalScoresRankByNameWhateverTheOrderOfEnrolment() {
        for (String subject : List.of("c", "a", "b")) {
            gallery.put(new ReferenceKey(subject, "2"), new float[LENGTH]);
            gallery.put(new ReferenceKey(subject, "1"), new float[LENGTH]);
        }

        List<Match> matches = gallery.identify(new float[LENGTH], 2).matches();

        assertEquals(
                List.of(new ReferenceKey("a", "1"), new ReferenceKey("b", "1")),
                matches.stream().map(Match::reference).toList());
    }

    @Test
    void aReferenceThatIsReplacedAnswersWithItsNewEmbeddingAlone() {
        ReferenceKey key = new ReferenceKey("a", "1");
        gallery.put(key, new float[] {9, 9, 9, 9, 9, 9});

        gallery.put(key, new float[LENGTH]);

        assertEquals(new SearchResult(List.of(new Match(key, 4)), 1), gallery.identify(new float[LENGTH], 3));
    }

    @Test
    void anUnknownSubjectHasNoMatchAndTheSizeIsStillSaid() {
        gallery.put(new ReferenceKey("a", "1"), new float[LENGTH]);

        assertEquals(new SearchResult(List.of(), 1), gallery.verify(new float[LENGTH], "b"));
    }

    @Test
    void anEmbeddingOfAnotherLengthIsRefusedAndLeavesNothing() {
        ReferenceKey key = new ReferenceKey("a", "1");

        assertThrows(IllegalArgumentException.class, () -> gallery.put(key, new float[LENGTH + 1]));

        assertEquals(0, gallery.size());
        assertFalse(gallery.erase(key));
    }

    @Test
    void theEmbeddingThatIsGivenMayChangeLater() {
        float[] embedding = new float[LENGTH];
        gallery.put(new ReferenceKey("a", "1"), embedding);

        embedding[0] = 100;

        assertEquals(4, gallery.verify(new float[LENGTH], "a").matches().get(0).logit());
    }

    @Test
    void aReferencesPositionIsThatOfItsLatestRecordWhateverWasErased() {
        Random random = new Random(3);
        Map<ReferenceKey, Position> model = new TreeMap<>();
        for (int step = 0; step < 3000; step++) {
            ReferenceKey key = new ReferenceKey("s" + random.nextInt(50), "r" + random.nextInt(3));
            if (random.nextInt(100) < (step < 2000 ? 70 : 30)) {
                Position position = new Position(random.nextInt(2), (1L << 40) + step, step);
                gallery.put(key, new float[LENGTH], position, step);
                model.put(key, position);
            } else {
                gallery.erase(key);
                model.remove(key);
            }
            assertEquals(Optional.ofNullable(model.get(key)), gallery.position(key));
        }
        model.forEach((key, position) -> assertEquals(Optional.of(position), gallery.position(key)));
        assertTrue(model.size() > 20);
        ReferenceKey handmade = new ReferenceKey("s", "r");
        gallery.put(handmade, new float[LENGTH]);
        assertEquals(Optional.empty(), gallery.position(handmade));
    }

    @Test
    void subjectsComeInPagesInTheOrderOfTheirIds() {
        for (String subject : List.of("bob", "ann", "anna", "b", "zoe", "an")) {
            gallery.put(new ReferenceKey(subject, "2"), new float[LENGTH]);
            gallery.put(new ReferenceKey(subject, "1"), new float[LENGTH]);
        }

        assertEquals(
                new SubjectPage(
                        List.of(
                                new EnrolledSubject("an", List.of("1", "2")),
                                new EnrolledSubject("ann", List.of("1", "2"))),
                        6),
                gallery.subjects("", "", 2));
        assertEquals(List.of("ann", "anna"), ids(gallery.subjects("ann", "", 10)));
        assertEquals(List.of("anna"), ids(gallery.subjects("an", "ann", 10)));
        assertEquals(List.of("ann", "anna"), ids(gallery.subjects("ann", "an", 10)));
        assertEquals(List.of("bob", "zoe"), ids(gallery.subjects("", "b", 10)));
        assertEquals(List.of(), ids(gallery.subjects("an", "b", 10)));
        assertEquals(List.of(), ids(gallery.subjects("x", "", 10)));
        assertEquals(List.of("an", "ann", "anna"), ids(gallery.subjectsWith("AN", "", 10)));
        assertEquals(List.of("ann", "anna"), ids(gallery.subjectsWith("nn", "", 10)));
        assertEquals(List.of("ann"), ids(gallery.subjectsWith("n", "an", 1)));
        assertEquals(List.of(), ids(gallery.subjectsWith("x", "", 10)));
    }

    private static List<String> ids(SubjectPage page) {
        return page.subjects().stream().map(EnrolledSubject::subject).toList();
    }

    @Test
    void aBatchFindsWhatEachOfItsProbesFindsAloneBitForBit() {
        Random random = new Random(11);
        for (int i = 0; i < 3 * MatchFunction.TILE; i++) {
            gallery.put(new ReferenceKey("s" + random.nextInt(900), "r" + i), embedding(random, 1000));
        }
        List<float[]> probes =
                Stream.generate(() -> embedding(random, 1000)).limit(21).toList();

        List<SearchResult> together = gallery.identify(probes, 7);

        assertEquals(probes.stream().map(probe -> gallery.identify(probe, 7)).toList(), together);
        for (int p = 0; p < probes.size(); p++) {
            for (Match match : together.get(p).matches()) {
                String subject = match.reference().subjectId();
                assertEquals(
                        List.of(match), gallery.verify(probes.get(p), subject).matches());
            }
        }
        assertEquals(List.of(), gallery.identify(List.of(), 7));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void anyNumberOfThreadsFindsTheSame(int threads) {
        Gallery shared = new Gallery(FUNCTION, threads);
        Random random = new Random(threads);
        List<float[]> probes =
                Stream.generate(() -> embedding(random, 10)).limit(5).toList();
        for (int i = 0; i < 4 * MatchFunction.TILE; i++) {
            ReferenceKey key = new ReferenceKey("s" + random.nextInt(900), "r" + i);
            // few levels, so that many are equally good
            float[] embedding = embedding(random, 2 + i % 9);
            gallery.put(key, embedding);
            shared.put(key, embedding);
            if (i % 300 == 0) {
                assertEquals(gallery.identify(probes, 9), shared.identify(probes, 9));
            }
        }
        assertEquals(gallery.identify(probes, 9), shared.identify(probes, 9));
    }

    @Test
    void idsWithSignsThatSortBeforeTheSlashKeepTheirOrder() {
        List<String> subjects = List.of("a", "a\u0000", "a!", "a-b", "ab", "b");
        for (String subject : List.of("ab", "a-b", "b", "a", "a!", "a\u0000")) {
            gallery.put(new ReferenceKey(subject, "-"), new float[LENGTH]);
            gallery.put(new ReferenceKey(subject, "!"), new float[LENGTH]);
        }

        assertEquals(subjects, ids(gallery.subjects("", "", 10)));
        assertEquals(List.of("a\u0000", "a!"), ids(gallery.subjects("a", "a", 2)));
        assertEquals(
                List.of("!", "-"),
                gallery.subjects("a!", "", 1).subjects().get(0).references());
        for (String subject : subjects) {
            assertEquals(1, gallery.verify(new float[LENGTH], subject).matches().size());
            assertTrue(gallery.erase(new ReferenceKey(subject, "-")));
            assertTrue(gallery.erase(new ReferenceKey(subject, "!")));
        }
        assertEquals(new SubjectPage(List.of(), 0), gallery.subjects("", "", 10));
    }

    @Test
    void searchesBesideEnrolmentsFindAllThatStandsWholeAndOnce() throws Exception {
        float[] probe = new float[LENGTH];
        int stable = 60;
        for (int i = 0; i < stable; i++) {
            gallery.put(new ReferenceKey("stable" + i, "r"), distance(1 + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<?>> runs = new ArrayList<>();
        try {
            for (int t = 0; t < 2; t++) {
                int writer = t;
                runs.add(threads.submit(() -> {
                    go.await();
                    Random random = new Random(writer);
                    for (int i = 0; i < 5000; i++) {
                        // a passing reference holds one of two embeddings, never a mixture of them
                        ReferenceKey key = new ReferenceKey("passing" + writer + random.nextInt(60), "r");
                        if (random.nextInt(3) > 0) {
                            gallery.put(key, distance(random.nextBoolean() ? -1 : -2));
                        } else {
                            gallery.erase(key);
                        }
                    }
                    return null;
                }));
                runs.add(threads.submit(() -> {
                    go.await();
                    for (int i = 0; i < 1500; i++) {
                        SearchResult search = gallery.identify(probe, 200);
                        Set<String> subjects = new HashSet<>();
                        int found = 0;
                        for (Match match : search.matches()) {
                            String subject = match.reference().subjectId();
                            assertTrue(subjects.add(subject), "each subject once");
                            if (subject.startsWith("stable")) {
                                found++;
                                assertEquals(FUNCTION.logit(probe, distance(1 + number(subject))), match.logit());
                            } else {
                                assertTrue(match.logit() == FUNCTION.logit(probe, distance(-1))
                                        || match.logit() == FUNCTION.logit(probe, distance(-2)));
                            }
                        }
                        assertEquals(stable, found);
                        String one = "stable" + i % stable;
                        assertEquals(
                                one,
                                gallery.verify(probe, one)
                                        .matches()
                                        .get(0)
                                        .reference()
                                        .subjectId());
                    }
                    return null;
                }));
            }
            go.countDown();
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whoeverEnrolsOrErasesWaitsForATileOfASearchAndNoReferenceIsMissed(int threads) throws Exception {
        BetweenTiles lock = new BetweenTiles();
        Gallery searched = new Gallery(FUNCTION, threads, lock);
        int count = 5 * MatchFunction.TILE;
        for (int i = 0; i < count; i++) {
            searched.put(new ReferenceKey("s" + i, "1"), distance(1 + i % 7));
        }
        AtomicInteger next = new AtomicInteger();
        // in front of each tile: whatever a search holds on to would never let these get on
        lock.before = () -> {
            int i = next.getAndIncrement();
            assertTrue(searched.erase(new ReferenceKey("s" + i, "1")));
            assertTrue(searched.erase(new ReferenceKey("s" + (count - 1 - i), "1")));
            searched.put(new ReferenceKey("new" + i, "1"), distance(0));
            searched.put(new ReferenceKey("s" + (count / 2), "1"), distance(9));
        };

        SearchResult search =
                assertTimeoutPreemptively(Duration.ofMinutes(1), () -> searched.identify(new float[LENGTH], 2 * count));

        assertTrue(next.get() >= 5, "changes between tiles: " + next);
        Set<String> found = new HashSet<>();
        search.matches().forEach(match -> found.add(match.reference().subjectId()));
        for (int i = next.get(); i < count - next.get(); i++) {
            assertTrue(found.contains("s" + i), "s" + i);
        }
        lock.before = () -> {};
        assertEquals(count - next.get(), searched.size());
        assertEquals(
                count - next.get(),
                searched.identify(new float[LENGTH], 2 * count).matches().size());
    }

    /** Lets changes happen when a search is about to go on. */
    private static final class BetweenTiles implements ReadWriteLock {
        private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
        private volatile Runnable before = () -> {};

        @Override
        public Lock readLock() {
            return new ReentrantReadWriteLock.ReadLock(lock) {
                @Override
                public void lock() {
                    before.run();
                    super.lock();
                }
            };
        }

        @Override
        public Lock writeLock() {
            return lock.writeLock();
        }
    }

    @Test
    void aKeyIsSubjectAndReferenceWithOneSlash() {
        assertEquals(new ReferenceKey("a b", "1"), ReferenceKey.parse("a b/1"));
        for (String key : List.of("", "a", "/", "a/", "/a", "a/b/c", "a//b", "x".repeat(201) + "/a")) {
            IllegalArgumentException error =
                    assertThrows(IllegalArgumentException.class, () -> ReferenceKey.parse(key));
            assertTrue(error.getMessage().length() < 300, error.getMessage());
        }
    }

    private static int number(String subject) {
        return Integer.parseInt(subject.substring("stable".length()));
    }

    private static float[] distance(float d) {
        return new float[] {d, d, d, d, d, d};
    }

    private static float[] embedding(Random random, int levels) {
        float[] embedding = new float[LENGTH];
        for (int d = 0; d < LENGTH; d++) {
            embedding[d] = (float) random.nextInt(levels) / levels;
        }
        return embedding;
    }

    private static Map<ReferenceKey, float[]> only(Map<ReferenceKey, float[]> model, String subject) {
        Map<ReferenceKey, float[]> references = new TreeMap<>(model);
        references.keySet().removeIf(key -> !key.subjectId().equals(subject));
        return references;
    }

    private static List<Match> bruteForce(Map<ReferenceKey, float[]> model, float[] probe, int most) {
        List<Match> all = new ArrayList<>();
        model.forEach((key, embedding) -> all.add(new Match(key, FUNCTION.logit(probe, embedding))));
        all.sort(Comparator.comparingDouble((Match match) -> -match.logit()).thenComparing(Match::reference));
        Set<String> subjects = new HashSet<>();
        return all.stream()
                .filter(match -> subjects.add(match.reference().subjectId()))
                .limit(most)
                .toList();
    }
}
