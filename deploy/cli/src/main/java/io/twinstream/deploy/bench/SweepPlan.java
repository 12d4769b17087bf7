package io.twinstream.deploy.bench;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.settings.VerifierSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lists what a sweep measures around its base. The values of each axis hold the base's own. */
record SweepPlan(Setup base, List<Step> steps) {
    static final int SIDE = 105;

    private static final List<Integer> PARTITIONS = List.of(1, 2, 4);
    private static final List<Integer> GALLERIES = List.of(1, 1_000, 10_000);
    private static final List<Integer> SIDES = List.of(SIDE, 256, 512);
    private static final List<String> NETWORKS = List.of("compact", "wide");

    /** Holds the settings of a verifier and the size of its workload. */
    record Setup(Map<String, String> settings, int gallery, int side) {
        String text() {
            return "%s, %d references, pictures of %d x %d"
                    .formatted(
                            settings.entrySet().stream().map(Object::toString).collect(Collectors.joining(", ")),
                            gallery,
                            side,
                            side);
        }

        Setup with(String setting, Object value) {
            Map<String, String> changed = new TreeMap<>(settings);
            changed.put(setting, value.toString());
            return new Setup(changed, gallery, side);
        }
    }

    /** Holds one setup of an axis. */
    record Step(SweepAxis axis, String label, Setup setup) {}

    static SweepPlan of(Settings settings, int gallery) {
        int processors = Runtime.getRuntime().availableProcessors();
        int threads = settings.getInt(VerifierSettings.THREADS);
        int partitions = settings.getInt(CommonSettings.TOPIC_PARTITIONS);
        String model = settings.getString(VerifierSettings.MODEL);
        Setup base = new Setup(Map.of(), gallery, SIDE)
                .with(VerifierSettings.THREADS, threads == 0 ? processors : threads)
                .with(CommonSettings.TOPIC_PARTITIONS, partitions)
                .with(VerifierSettings.MODEL, model.isEmpty() ? NETWORKS.get(0) : model);
        List<Step> steps = new ArrayList<>();
        sorted(
                        IntStream.iterate(1, n -> n <= processors, n -> 2 * n)
                                .boxed()
                                .toList(),
                        threads == 0 ? processors : threads)
                .forEach(n -> steps.add(step(SweepAxis.THREADS, n, base.with(VerifierSettings.THREADS, n))));
        sorted(PARTITIONS, partitions)
                .forEach(n -> steps.add(step(SweepAxis.PARTITIONS, n, base.with(CommonSettings.TOPIC_PARTITIONS, n))));
        sorted(GALLERIES, gallery)
                .forEach(n -> steps.add(step(SweepAxis.GALLERY, n, new Setup(base.settings(), n, SIDE))));
        Stream.concat(NETWORKS.stream(), model.isEmpty() ? Stream.empty() : Stream.of(model))
                .distinct()
                .forEach(name -> steps.add(step(SweepAxis.NETWORK, name, base.with(VerifierSettings.MODEL, name))));
        SIDES.forEach(side -> steps.add(step(SweepAxis.PICTURE, side, new Setup(base.settings(), gallery, side))));
        return new SweepPlan(base, List.copyOf(steps));
    }

    private static List<Integer> sorted(List<Integer> values, int own) {
        return Stream.concat(values.stream(), Stream.of(own))
                .distinct()
                .sorted()
                .toList();
    }

    private static Step step(SweepAxis axis, Object value, Setup setup) {
        return new Step(axis, value.toString(), setup);
    }
}
