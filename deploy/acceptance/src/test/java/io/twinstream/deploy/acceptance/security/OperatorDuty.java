package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.testkit.Releases;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.deploy.verdict.VerdictReader;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.trainer.publish.GatedPublication.PublishOrder;
import io.twinstream.trainer.publish.PublicationException;
import io.twinstream.verifier.control.EffectiveTime;
import io.twinstream.verifier.control.ModelControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Does what the commands do: publish, list, activate, publish past the version that serves, watch. */
final class OperatorDuty implements Duty {
    private static final ModelId FIRST = new ModelId("letters", "1");

    @Override
    public void perform(Tenant tenant) throws Exception {
        Releases.publish(tenant.own(), "wide", FIRST);
        ModelControl control = Wired.control(tenant.own());
        control.list();
        control.activate(FIRST, EffectiveTime.SOONEST, "a check", "acceptance", true);
        fetchServing(tenant);
        VerdictReader.open(CommonSettings.of(tenant.own()), true).close();
    }

    /** Fetches the serving version, which the gate has in hand when it asks for images to compare on. */
    private static void fetchServing(Tenant tenant) throws IOException {
        Path file = Files.createTempFile("release", ".zip");
        try {
            Files.write(file, Releases.renamed("wide", new ModelId("letters", "2")));
            Wired.publication(tenant.own()).publish(new PublishOrder(file, null, null, null));
            throw new IOException("published without a look at the version that serves");
        } catch (PublicationException e) {
            if (!String.valueOf(e.getMessage()).contains("serves already")) {
                throw e;
            }
        } finally {
            Files.delete(file);
        }
    }
}
