package io.twinstream.verifier.version;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.twinstream.verifier.model.ServingModel;
import io.twinstream.verifier.model.ServingModels;
import io.twinstream.verifier.settings.DomainRule;
import org.junit.jupiter.api.Test;

class VersionOpenerTest {
    @Test
    void embeddingsThatWereKeptWithoutMindingTheDomainAreNotReadWhereItIsRefused() {
        try (ServingModel model = ServingModels.byDistance()) {
            String refusing = VersionOpener.key(ServingModels.under(DomainRule.REFUSE, model));
            String flagging = VersionOpener.key(ServingModels.under(DomainRule.FLAG, model));
            String off = VersionOpener.key(ServingModels.under(DomainRule.OFF, model));

            assertNotEquals(refusing, off);
            assertEquals(flagging, off);
        }
    }
}
