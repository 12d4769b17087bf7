package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.trainer.ScriptedTrainer;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.trainer.dataset.ImageSet;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.verifier.control.EffectiveTime;
import io.twinstream.verifier.control.ModelControl;
import io.twinstream.verifier.control.ModelRole.RoleKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** Does what the commands do: publish, list, activate, publish beside the version that serves, watch. */
final class OperatorDuty implements Duty {
    /** Within this time an activation begins to hold. */
    private static final Duration START = Duration.ofSeconds(30);

    private static final ModelId FIRST = new ModelId("letters", "1");

    @Override
    public void perform(Tenant tenant) throws Exception {
        Releases.publish(tenant.own(), "wide", FIRST);
        ModelControl control = Wired.control(tenant.own());
        control.list();
        control.activate(FIRST, EffectiveTime.SOONEST, "a check", "acceptance", true);
        Awaitility.await("%s serves".formatted(FIRST)).atMost(START).until(() -> serves(control));
        compareWithServing(tenant);
        VerdictReader.open(CommonSettings.of(tenant.own()), true).close();
    }

    private static boolean serves(ModelControl control) {
        return control.list().models().stream()
                .flatMap(each -> each.roles().stream())
                .anyMatch(role -> role.kind() == RoleKind.SERVING);
    }

    /** Publishes a version after comparing it with the one that serves, which is fetched for that. */
    private static void compareWithServing(Tenant tenant) throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create("operator")) {
            Path file = folder.path().resolve("release.zip");
            Files.write(file, Releases.renamed("wide", new ModelId("letters", "2")));
            Path drawings = ScriptedTrainer.drawings(folder.path().resolve("validation"));
            Wired.publication(tenant.own())
                    .publish(new PublishOrder(file, channels -> ImageSet.read(drawings, channels), null, null));
        }
    }
}
