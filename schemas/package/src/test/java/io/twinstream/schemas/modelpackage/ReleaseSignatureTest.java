package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import org.junit.jupiter.api.Test;

class ReleaseSignatureTest {
    private static final ModelId MODEL = new ModelId("letters", "2");
    private static final String SHA256 = "ab".repeat(32);

    private final KeyPair pair = Ed25519Keys.generate();
    private final byte[] signature = ReleaseSignature.sign(MODEL, SHA256, pair.getPrivate());

    @Test
    void fourLinesAreSigned() {
        assertEquals(
                "twinstream-release-1\nletters\n2\n" + SHA256 + "\n",
                new String(ReleaseSignature.signedBytes(MODEL, SHA256), StandardCharsets.UTF_8));
    }

    @Test
    void theOwnersSignatureHoldsForWhatItWasMadeForAlone() {
        assertTrue(verifies(MODEL, SHA256, signature));
        assertFalse(verifies(new ModelId("letters", "3"), SHA256, signature));
        assertFalse(verifies(new ModelId("digits", "2"), SHA256, signature));
        assertFalse(verifies(MODEL, "cd".repeat(32), signature));
        assertFalse(ReleaseSignature.verify(
                MODEL, SHA256, signature, Ed25519Keys.generate().getPublic()));
    }

    @Test
    void everyFlippedBitIsSeen() {
        for (int bit = 0; bit < signature.length * 8; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(verifies(MODEL, SHA256, flipped), "bit " + bit);
        }
    }

    @Test
    void bytesThatAreNoSignatureAreOnlyANo() {
        assertFalse(verifies(MODEL, SHA256, new byte[0]));
        assertFalse(verifies(MODEL, SHA256, new byte[63]));
        assertFalse(verifies(MODEL, SHA256, new byte[64]));
        assertFalse(verifies(MODEL, SHA256, new byte[1000]));
    }

    @Test
    void theSameIsAlwaysSignedAlike() {
        assertArrayEquals(signature, ReleaseSignature.sign(MODEL, SHA256, pair.getPrivate()));
    }

    @Test
    void whatIsNoHashIsNotSigned() {
        assertThrows(
                IllegalArgumentException.class,
                () -> ReleaseSignature.sign(MODEL, "ab\n".repeat(30), pair.getPrivate()));
    }

    private boolean verifies(ModelId model, String sha256, byte[] bytes) {
        return ReleaseSignature.verify(model, sha256, bytes, pair.getPublic());
    }
}
