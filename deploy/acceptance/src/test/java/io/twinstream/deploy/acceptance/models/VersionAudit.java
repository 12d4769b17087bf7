package io.twinstream.deploy.acceptance.models;

import io.twinstream.deploy.acceptance.rig.Load;
import io.twinstream.deploy.acceptance.rig.Mix;
import io.twinstream.deploy.acceptance.rig.TopicAnswers;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.settings.InferenceSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Counts what is wrong with verdicts, by the activations on their topic and by judging each probe again.
 *
 * @param wrongVersion verdicts by another version than the one that their probes' append times name
 * @param wrongVerdict verdicts that the version they name, with its gallery, doesn't give
 * @param changes changes of version from one offset to the next, over all partitions
 * @param partitions partitions that the probes lay in
 */
record VersionAudit(int wrongVersion, int wrongVerdict, int changes, int partitions) {
    /**
     * Judges everything again.
     *
     * @param shipped the shipped model that each version is
     */
    static VersionAudit of(Settings settings, Mix mix, Map<ModelId, String> shipped, Load load, TopicAnswers answers)
            throws Exception {
        Map<ModelId, byte[]> packages = new HashMap<>();
        for (Map.Entry<ModelId, String> each : shipped.entrySet()) {
            packages.put(each.getKey(), Releases.renamed(each.getValue(), each.getKey()));
        }
        return ofPackages(settings, mix, packages, load, answers);
    }

    /**
     * Judges everything again.
     *
     * @param packages the package that each version is
     */
    static VersionAudit ofPackages(
            Settings settings, Mix mix, Map<ModelId, byte[]> packages, Load load, TopicAnswers answers)
            throws Exception {
        Map<ModelId, VersionJudgement> judgements = new HashMap<>();
        Audit audit;
        try {
            for (Map.Entry<ModelId, byte[]> each : packages.entrySet()) {
                judgements.put(
                        each.getKey(),
                        new VersionJudgement(
                                ServingModel.open(
                                        PackageArchive.read(
                                                each.getValue(), each.getKey().toString()),
                                        InferenceSettings.of(settings)),
                                mix));
            }
            audit = Audit.of(Wired.timeline(settings), null, judgements, load, answers);
        } finally {
            judgements.values().forEach(VersionJudgement::close);
        }
        Map<Integer, TreeMap<Long, String>> versions =
                versions(answers.verdicts().values());
        return new VersionAudit(
                audit.wrongVersion(),
                audit.wrongScore(),
                versions.values().stream().mapToInt(VersionAudit::changes).sum(),
                versions.size());
    }

    /** Returns whether nothing is wrong, and the version changed so often in each partition. */
    boolean isClean(int swaps) {
        return wrongVersion == 0 && wrongVerdict == 0 && changes == swaps * partitions;
    }

    /** Returns the versions by partition and offset. */
    private static Map<Integer, TreeMap<Long, String>> versions(Collection<Verdict> verdicts) {
        return verdicts.stream()
                .collect(Collectors.groupingBy(
                        Verdict::getProbePartition,
                        Collectors.toMap(Verdict::getProbeOffset, Verdict::getModelSha256, (a, b) -> a, TreeMap::new)));
    }

    private static int changes(TreeMap<Long, String> partition) {
        int changes = 0;
        String before = partition.firstEntry().getValue();
        for (String version : partition.values()) {
            changes += version.equals(before) ? 0 : 1;
            before = version;
        }
        return changes;
    }
}
