package io.twinstream.deploy.acceptance;

import io.twinstream.deploy.acceptance.accuracy.BlankPictures;
import io.twinstream.deploy.acceptance.accuracy.OneShot;
import io.twinstream.deploy.acceptance.accuracy.OtherKinds;
import io.twinstream.deploy.acceptance.accuracy.RatesOfOthers;
import io.twinstream.deploy.acceptance.accuracy.Verification;
import io.twinstream.deploy.acceptance.clients.Examples;
import io.twinstream.deploy.acceptance.deployment.ComposedCluster;
import io.twinstream.deploy.acceptance.deployment.ComposedSecurely;
import io.twinstream.deploy.acceptance.deployment.DocsCommands;
import io.twinstream.deploy.acceptance.deployment.ImageAtWork;
import io.twinstream.deploy.acceptance.deployment.ManifestMistakes;
import io.twinstream.deploy.acceptance.deployment.RealPrometheus;
import io.twinstream.deploy.acceptance.deployment.RealRegistry;
import io.twinstream.deploy.acceptance.deployment.RollingUpgrade;
import io.twinstream.deploy.acceptance.faces.RegionsInScenes;
import io.twinstream.deploy.acceptance.galleries.GalleryKernel;
import io.twinstream.deploy.acceptance.galleries.GalleryRebuild;
import io.twinstream.deploy.acceptance.galleries.Million;
import io.twinstream.deploy.acceptance.galleries.Sharded;
import io.twinstream.deploy.acceptance.images.HostileInput;
import io.twinstream.deploy.acceptance.images.NamesKept;
import io.twinstream.deploy.acceptance.images.Orientations;
import io.twinstream.deploy.acceptance.images.Poison;
import io.twinstream.deploy.acceptance.images.RealImages;
import io.twinstream.deploy.acceptance.images.ValidPictures;
import io.twinstream.deploy.acceptance.models.FittedHeads;
import io.twinstream.deploy.acceptance.models.ImportRefusals;
import io.twinstream.deploy.acceptance.models.ImportedFaces;
import io.twinstream.deploy.acceptance.models.LargeModel;
import io.twinstream.deploy.acceptance.models.Refusals;
import io.twinstream.deploy.acceptance.models.RunawayModel;
import io.twinstream.deploy.acceptance.models.SwapFaults;
import io.twinstream.deploy.acceptance.models.SwapOfKinds;
import io.twinstream.deploy.acceptance.models.SwapSoak;
import io.twinstream.deploy.acceptance.models.SwapUnderLoad;
import io.twinstream.deploy.acceptance.page.PageAtWork;
import io.twinstream.deploy.acceptance.page.PageScenes;
import io.twinstream.deploy.acceptance.page.PageUnderLoad;
import io.twinstream.deploy.acceptance.recovery.Acknowledged;
import io.twinstream.deploy.acceptance.recovery.Erasure;
import io.twinstream.deploy.acceptance.recovery.ErrorsAreSeen;
import io.twinstream.deploy.acceptance.recovery.ExactlyOnce;
import io.twinstream.deploy.acceptance.recovery.FullDisk;
import io.twinstream.deploy.acceptance.recovery.LookAheadIsAHint;
import io.twinstream.deploy.acceptance.recovery.Recovery;
import io.twinstream.deploy.acceptance.recovery.Replayed;
import io.twinstream.deploy.acceptance.recovery.StuckRecord;
import io.twinstream.deploy.acceptance.recovery.TransactionsLeftOpen;
import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Omniglot;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acceptance.rig.TrainingCheck;
import io.twinstream.deploy.acceptance.security.HttpSecurity;
import io.twinstream.deploy.acceptance.security.LeastPrivilege;
import io.twinstream.deploy.acceptance.speed.Allocation;
import io.twinstream.deploy.acceptance.speed.CostOfWatching;
import io.twinstream.deploy.acceptance.speed.DecodeSpeed;
import io.twinstream.deploy.acceptance.speed.LatencyOfProfiles;
import io.twinstream.deploy.acceptance.speed.Locating;
import io.twinstream.deploy.acceptance.speed.PipelineToRaw;
import io.twinstream.deploy.acceptance.speed.SlowModel;
import io.twinstream.deploy.acceptance.speed.Spread;
import io.twinstream.deploy.acceptance.speed.StandInAccelerator;
import io.twinstream.deploy.acceptance.speed.Starts;
import io.twinstream.deploy.acceptance.speed.VerdictsInAnswers;
import io.twinstream.deploy.acceptance.training.Colour;
import io.twinstream.deploy.acceptance.training.Fashion;
import io.twinstream.deploy.acceptance.training.Int8Embedders;
import io.twinstream.deploy.acceptance.training.KillAndResume;
import io.twinstream.deploy.acceptance.training.PaperNetwork;
import io.twinstream.deploy.acceptance.training.TrainingMemory;
import io.twinstream.deploy.acceptance.training.TrainingTime;
import io.twinstream.deploy.acceptance.windows.DriftAlarms;
import io.twinstream.deploy.acceptance.windows.ExactWindows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;

/**
 * Runs one check by its name and prints its figures as the last line. It exits with 1 where the promise isn't kept. The scripts
 * in {@code deploy/acceptance} call it.
 */
final class Acceptance {
    private static final String QUICK = "--quick";
    private static final String QUICK_WORD = "quick run, which passes no bar";

    private static final Map<String, AcceptanceCheck> CHECKS = Map.ofEntries(
            Map.entry("real-images", new RealImages()),
            Map.entry("examples", new Examples()),
            Map.entry("docs-commands", new DocsCommands()),
            Map.entry("blank", new BlankPictures()),
            Map.entry("domain", new OtherKinds()),
            Map.entry("far", new RatesOfOthers()),
            Map.entry("look-ahead-is-a-hint", new LookAheadIsAHint()),
            Map.entry("exactly-once", new ExactlyOnce()),
            Map.entry("exact-windows", new ExactWindows()),
            Map.entry("hostile-input", new HostileInput()),
            Map.entry("poison", new Poison()),
            Map.entry("pictures", new ValidPictures()),
            Map.entry("orientation", new Orientations()),
            Map.entry("replay", new Replayed()),
            Map.entry("one-shot", new OneShot()),
            Map.entry("verification", new Verification()),
            Map.entry("swap-under-load", new SwapUnderLoad()),
            Map.entry("swap-of-kinds", new SwapOfKinds()),
            Map.entry("import", new ImportedFaces()),
            Map.entry("import-refusals", new ImportRefusals(true)),
            Map.entry("head", new FittedHeads()),
            Map.entry("regions", new RegionsInScenes()),
            Map.entry("large-model", new LargeModel()),
            Map.entry("refusals", new Refusals()),
            Map.entry("runaway-model", new RunawayModel()),
            Map.entry("swap-soak", new SwapSoak()),
            Map.entry("swap-faults", new SwapFaults()),
            Map.entry("gallery-rebuild", new GalleryRebuild()),
            Map.entry("sharded", new Sharded()),
            Map.entry("sharded-million", new Sharded(1_000_000, 600)),
            Map.entry("million", new Million()),
            Map.entry("gallery-kernel", new GalleryKernel()),
            Map.entry("prometheus", new RealPrometheus()),
            Map.entry("registry", new RealRegistry()),
            Map.entry("cost-of-watching", new CostOfWatching()),
            Map.entry("pipeline", new PipelineToRaw()),
            Map.entry("locating", new Locating()),
            Map.entry("decode", new DecodeSpeed()),
            Map.entry("latency", new LatencyOfProfiles()),
            Map.entry("answer", new VerdictsInAnswers(Duration.ofMinutes(1))),
            Map.entry("accelerator", new StandInAccelerator()),
            Map.entry("slow-model", new SlowModel()),
            Map.entry("spread", new Spread()),
            Map.entry("start", new Starts()),
            Map.entry("allocation", new Allocation()),
            Map.entry("image", new ImageAtWork()),
            Map.entry("compose", new ComposedCluster()),
            Map.entry("compose-secure", new ComposedSecurely()),
            Map.entry("rolling-upgrade", new RollingUpgrade()),
            Map.entry("http-security", new HttpSecurity()),
            Map.entry("drift", new DriftAlarms()),
            Map.entry("acknowledged", new Acknowledged()),
            Map.entry("erasure", new Erasure()),
            Map.entry("names", new NamesKept()),
            Map.entry("open-transactions", TransactionsLeftOpen.everyEnd(Duration.ofMinutes(2))),
            Map.entry("reader", TransactionsLeftOpen.everyReader(Duration.ofMinutes(2), Duration.ofMinutes(5))),
            Map.entry("recovery", new Recovery()),
            Map.entry("full-disk", new FullDisk()),
            Map.entry("manifests", new ManifestMistakes()),
            Map.entry("least-privilege", new LeastPrivilege()),
            Map.entry("stuck-record", new StuckRecord()),
            Map.entry("errors-are-seen", new ErrorsAreSeen()),
            Map.entry("page", new PageAtWork()),
            Map.entry("page-screenshots", new PageScenes()),
            Map.entry("page-load", new PageUnderLoad()));

    /** The checks that can be tried on less than they promise. */
    private static final Map<String, AcceptanceCheck> SMALLER = Map.ofEntries(
            Map.entry("pictures", new ValidPictures(2)),
            Map.entry("regions", new RegionsInScenes(60)),
            Map.entry("import-refusals", new ImportRefusals(false)),
            Map.entry("exact-windows", new ExactWindows(50_000)),
            Map.entry("names", new NamesKept(1)),
            Map.entry("answer", new VerdictsInAnswers(Duration.ofSeconds(10))),
            Map.entry("swap-soak", new SwapSoak(40)),
            Map.entry("gallery-rebuild", new GalleryRebuild(10_000)),
            Map.entry("sharded", new Sharded(1_000, 3_000)),
            Map.entry("million", new Million(20_000)),
            Map.entry("open-transactions", TransactionsLeftOpen.everyEnd(Duration.ofSeconds(40))),
            Map.entry("reader", TransactionsLeftOpen.everyReader(Duration.ofSeconds(60), Duration.ofSeconds(60))),
            Map.entry("page-load", new PageUnderLoad(2_000, 1)));

    private static final Map<String, TrainingCheck> TRAININGS = Map.of(
            "training-time", new TrainingTime(),
            "koch2015", new PaperNetwork(),
            "kill-and-resume", new KillAndResume(),
            "fashion", new Fashion(),
            "colour", new Colour(),
            "training-memory", new TrainingMemory(),
            "int8", new Int8Embedders());

    private Acceptance() {}

    public static void main(String[] arguments) throws Exception {
        ChildProcesses.endWithThis();
        boolean quick = arguments.length == 3 && arguments[2].equals(QUICK);
        if (arguments.length == 2 && CHECKS.containsKey(arguments[0])) {
            end(arguments[0], "kept", CHECKS.get(arguments[0]).run(Path.of(arguments[1])));
        } else if (quick && SMALLER.containsKey(arguments[0])) {
            end(arguments[0], QUICK_WORD, SMALLER.get(arguments[0]).run(Path.of(arguments[1])));
        } else if ((arguments.length == 2 || quick) && TRAININGS.containsKey(arguments[0])) {
            Omniglot images = new Omniglot(Path.of(arguments[1]));
            String word = quick ? QUICK_WORD : "kept";
            end(arguments[0], word, TRAININGS.get(arguments[0]).run(images, quick));
        } else {
            System.err.printf(
                    "usage: %s IMAGES%n       %s IMAGES %s%n       %s OMNIGLOT [%s]%n",
                    String.join("|", new TreeSet<>(CHECKS.keySet())),
                    String.join("|", new TreeSet<>(SMALLER.keySet())),
                    QUICK,
                    String.join("|", new TreeSet<>(TRAININGS.keySet())),
                    QUICK);
            System.exit(2);
        }
    }

    private static void end(String name, String word, Result result) {
        System.out.printf("%s: %s: %s%n", name, result.kept() ? word : "MISSED", result.figures());
        System.exit(result.kept() ? 0 : 1);
    }
}
