package io.twinstream.verifier.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.javalin.http.BadRequestResponse;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.verifier.control.ControlException;
import io.twinstream.verifier.control.ControlException.ControlFault;
import io.twinstream.verifier.control.EffectiveTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationBodyTest {
    @Test
    void namesAVersionAndATime() {
        ActivationBody body = ActivationBody.read("""
                {"slot": "serving", "name": "letters", "version": "2", "effectiveAt": "2024-02-29T13:00:00+01:00",
                 "reason": "a test", "force": true}""".getBytes(UTF_8));

        assertEquals(new ModelId("letters", "2"), body.model());
        assertEquals(EffectiveTime.at(Instant.parse("2024-02-29T12:00:00Z")), body.effectiveTime());
    }

    @Test
    void emptiesTheShadowWithoutAVersion() {
        ActivationBody body = ActivationBody.read(
                "{\"slot\": \"shadow\", \"delayMs\": 5000, \"reason\": \"a test\"}".getBytes(UTF_8));

        assertNull(body.model());
        assertEquals(EffectiveTime.after(Duration.ofSeconds(5)), body.effectiveTime());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{} {}",
                "{\"slot\": \"serving\", \"reason\": \"r\"}",
                "{\"slot\": \"shadow\", \"name\": \"letters\", \"reason\": \"r\"}",
                "{\"slot\": \"SERVING\", \"name\": \"a\", \"version\": \"1\", \"reason\": \"r\"}",
                "{\"slot\": \"serving\", \"name\": \"a b\", \"version\": \"1\", \"reason\": \"r\"}",
                "{\"slot\": \"serving\", \"name\": \"a\", \"version\": \"1\", \"reason\": \"r\", \"unknown\": 1}",
                "{\"slot\": \"serving\", \"name\": \"a\", \"version\": \"1\", \"reason\": \"r\", \"delayMs\": 1999}",
                "{\"slot\": \"serving\", \"name\": \"a\", \"version\": \"1\", \"reason\": \"r\", \"delayMs\": 2500.5}",
                "{\"slot\": \"serving\", \"name\": \"a\", \"version\": \"1\", \"reason\": \"r\", \"force\": \"true\"}",
                "{\"slot\": \"serving\", \"name\": \"a\", \"version\": \"1\", \"reason\": \"r\", \"effectiveAt\": \"noon\"}",
                "{\"slot\": \"serving\", \"name\": \"a\", \"version\": \"1\"}",
                """
                {"slot": "serving", "name": "a", "version": "1", "reason": "r", "delayMs": 2000,
                 "effectiveAt": "2024-02-29T12:00:00Z"}"""
            })
    void whatIsNoOrderIsRefusedInOneLine(String text) {
        RuntimeException refusal = assertThrows(RuntimeException.class, () -> {
            ActivationBody body = ActivationBody.read(text.getBytes(UTF_8));
            body.neededSlot();
            body.model();
            body.effectiveTime();
            body.neededReason();
        });

        boolean told = refusal instanceof BadRequestResponse
                || (refusal instanceof ControlException of && of.fault() == ControlFault.BAD_REQUEST);
        assertTrue(told, refusal::toString);
        assertEquals(1, refusal.getMessage().lines().count());
    }

    @Test
    void aRollbackTakesItsReasonAlone() {
        assertEquals("a test", ActivationBody.rollbackReason("{\"reason\": \"a test\"}".getBytes(UTF_8)));
        for (String text : new String[] {"{}", "{\"reason\": \"a test\", \"force\": true}"}) {
            BadRequestResponse refusal =
                    assertThrows(BadRequestResponse.class, () -> ActivationBody.rollbackReason(text.getBytes(UTF_8)));

            assertTrue(refusal.getMessage().endsWith("as in {\"reason\": \"too many false matches\"}"));
        }
    }
}
