package io.twinstream.deploy.cli.setup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.cli.console.ExitCodes;
import io.twinstream.deploy.testkit.Ran;
import io.twinstream.schemas.modelpackage.Ed25519Keys;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    @TempDir
    Path folder;

    @Test
    void thePairSignsAndChecksAndTheUserIsToldWhatToDoWithEach() {
        Ran ran = Ran.run("keys", "generate", "--out", folder.resolve("keys").toString(), "--name", "desk");

        Path secret = folder.resolve("keys/desk.private.pem");
        Path open = folder.resolve("keys/desk.public.pem");
        assertEquals(
                List.of(
                        secret + ": keep it secret, and publish with --set models.signing.key=" + secret,
                        open
                                + ": give it to every verifier, which takes no other models with --set models.trusted.keys="
                                + open),
                ran.out().lines().toList(),
                ran.err());
        ModelId model = new ModelId("letters", "1");
        String sha256 = "ab".repeat(32);
        byte[] signature = ReleaseSignature.sign(model, sha256, Ed25519Keys.readPrivate(secret));
        assertTrue(ReleaseSignature.verify(model, sha256, signature, Ed25519Keys.readPublic(open)));
    }

    @Test
    void thePrivateKeyIsTheOwnersAlone() throws IOException {
        Ran.run("keys", "generate", "--out", folder.toString());

        Path secret = folder.resolve("twinstream.private.pem");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
    }

    @Test
    void noKeyIsOverwritten() throws IOException {
        Path open = Files.writeString(folder.resolve("twinstream.public.pem"), "mine");

        Ran ran = Ran.run("keys", "generate", "--out", folder.toString());

        assertEquals(ExitCodes.FAILURE, ran.exitCode());
        assertEquals(
                "twinstream: " + open + " exists and stays as it is: take another --name or --out",
                ran.err().strip());
        assertEquals("mine", Files.readString(open));
        assertTrue(Files.notExists(folder.resolve("twinstream.private.pem")));
    }

    @Test
    void aNameThatIsAPathIsRefused() {
        Ran ran = Ran.run("keys", "generate", "--out", folder.toString(), "--name", "../desk");

        assertEquals(ExitCodes.USAGE, ran.exitCode());
    }
}
