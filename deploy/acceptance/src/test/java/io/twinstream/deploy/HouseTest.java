package io.twinstream.deploy;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;

/** Checks the house: which module may know which, and what every package has. */
@AnalyzeClasses(packages = "io.twinstream", importOptions = HouseTest.WithoutTests.class)
class HouseTest {
    /** Leaves out test classes, also those that another module ships in a jar. */
    static final class WithoutTests implements ImportOption {
        private final ImportOption folders = new DoNotIncludeTests();

        @Override
        public boolean includes(Location location) {
            return folders.includes(location) && !location.contains("-tests.jar");
        }
    }

    private static final String GENERATED = "io.twinstream.schemas.record";

    private static final String SCHEMAS = "io.twinstream.schemas.";
    private static final String VERIFIER = "io.twinstream.verifier.";

    /**
     * Which module may know which: the compiler sees to it as well, since each module has only those below on its class path;
     * here it can be read at a glance.
     */
    @ArchTest
    static final ArchRule modulesKnowOnlyThoseBelow = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("io.twinstream..")
            .layer("records")
            .definedBy(SCHEMAS + "record..", SCHEMAS + "serde..", SCHEMAS + "topic..", SCHEMAS + "text..")
            .layer("package")
            .definedBy(SCHEMAS + "modelpackage..", SCHEMAS + "machine..")
            .layer("image")
            .definedBy(SCHEMAS + "image..", SCHEMAS + "files..")
            .layer("service")
            .definedBy(
                    SCHEMAS + "settings..",
                    SCHEMAS + "threads..",
                    SCHEMAS + "http..",
                    SCHEMAS + "metrics..",
                    SCHEMAS + "tracing..",
                    SCHEMAS + "registry..",
                    SCHEMAS + "kafka..",
                    SCHEMAS + "training..",
                    SCHEMAS + "result..")
            .layer("release")
            .definedBy(SCHEMAS + "release..")
            .layer("engine")
            .definedBy(
                    VERIFIER + "preprocess..",
                    VERIFIER + "locate..",
                    VERIFIER + "inference..",
                    VERIFIER + "match..",
                    VERIFIER + "trial..")
            .layer("ingest")
            .definedBy("io.twinstream.ingest..")
            .layer("verifier")
            .definedBy(resideInAPackage("io.twinstream.verifier..")
                    .and(resideOutsideOfPackages(
                            VERIFIER + "preprocess..",
                            VERIFIER + "locate..",
                            VERIFIER + "inference..",
                            VERIFIER + "match..",
                            VERIFIER + "trial..")))
            .layer("trainer")
            .definedBy("io.twinstream.trainer..")
            .layer("deploy")
            .definedBy("io.twinstream.deploy..")
            .whereLayer("records")
            .mayNotAccessAnyLayer()
            .whereLayer("package")
            .mayOnlyAccessLayers("records")
            .whereLayer("image")
            .mayOnlyAccessLayers("records", "package")
            .whereLayer("service")
            .mayOnlyAccessLayers("records", "package", "image")
            .whereLayer("release")
            .mayOnlyAccessLayers("records", "package", "service")
            .whereLayer("engine")
            .mayOnlyAccessLayers("records", "package", "image")
            .whereLayer("ingest")
            .mayOnlyAccessLayers("records", "package", "image", "service")
            .whereLayer("verifier")
            .mayOnlyAccessLayers("records", "package", "image", "service", "release", "engine")
            .whereLayer("trainer")
            .mayOnlyAccessLayers("records", "package", "image", "service", "release", "engine")
            .whereLayer("deploy")
            .mayOnlyAccessLayers(
                    "records", "package", "image", "service", "release", "engine", "ingest", "verifier", "trainer");

    /** DJL frees the numbers of these calls while gradients may still need them; {@code Scaling} says more. */
    @ArchTest
    static final ArchRule gradientsKeepTheirNumbers = noClasses()
            .should()
            .callMethod("ai.djl.ndarray.NDArray", "mul", "java.lang.Number")
            .orShould()
            .callMethod("ai.djl.ndarray.NDArray", "div", "java.lang.Number")
            .orShould()
            .callMethod("ai.djl.ndarray.NDArray", "pow", "java.lang.Number");

    /** What DJL takes where no device is named depends on the machine, and a network's arrays must lie on one device. */
    @ArchTest
    static final ArchRule arraysLieOnTheDeviceThatIsChosen = noClasses()
            .should()
            .callMethod("ai.djl.ndarray.NDManager", "newBaseManager")
            .orShould()
            .callMethod("ai.djl.ndarray.NDManager", "newBaseManager", "java.lang.String")
            .orShould()
            .callMethod("ai.djl.engine.Engine", "newBaseManager")
            .orShould()
            .callMethod("ai.djl.engine.Engine", "defaultDevice")
            .orShould()
            .callMethod("ai.djl.Model", "newInstance", "java.lang.String");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("io.twinstream.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule handWrittenPackagesAreNullMarked = classes()
            .that()
            .resideOutsideOfPackage(GENERATED)
            .should(new ArchCondition<>("lie in a package that is @NullMarked") {
                @Override
                public void check(JavaClass each, ConditionEvents events) {
                    boolean marked = each.getPackage().isAnnotatedWith(NullMarked.class);
                    events.add(new SimpleConditionEvent(each, marked, each.getName() + " is in an unmarked package"));
                }
            });
}
