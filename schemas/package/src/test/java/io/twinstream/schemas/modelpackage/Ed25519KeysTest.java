package io.twinstream.schemas.modelpackage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ed25519KeysTest {
    /** The key of RFC 8410, sections 10.3 and 10.1. */
    static final String RFC_PRIVATE =
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";

    static final String RFC_PUBLIC =
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsRead() throws IOException {
        KeyPair pair = Ed25519Keys.generate();

        assertEquals(pair.getPrivate(), Ed25519Keys.readPrivate(write("a", Ed25519Keys.pem(pair.getPrivate()))));
        assertEquals(pair.getPublic(), Ed25519Keys.readPublic(write("b", Ed25519Keys.pem(pair.getPublic()))));
    }

    @Test
    void theKeysOfTheStandardAreReadAndWrittenAsTheyStandThere() throws IOException {
        assertEquals(RFC_PRIVATE, Ed25519Keys.pem(Ed25519Keys.readPrivate(write("a", RFC_PRIVATE))));
        assertEquals(RFC_PUBLIC, Ed25519Keys.pem(Ed25519Keys.readPublic(write("b", RFC_PUBLIC))));
    }

    @Test
    void textAroundTheKeyAndLinesFromWindowsAreNoMatter() throws IOException {
        String text = "of the release desk\r\n" + RFC_PUBLIC.replace("\n", "\r\n") + "until 2030\r\n";

        assertEquals(Ed25519Keys.readPublic(write("a", RFC_PUBLIC)), Ed25519Keys.readPublic(write("b", text)));
    }

    @Test
    void whatIsNoSuchKeyIsRefusedInOneLineThatNamesTheFileAndTheMend() throws Exception {
        refusedAsPrivate("");
        refusedAsPrivate("no key");
        refusedAsPrivate(RFC_PUBLIC);
        refusedAsPrivate(RFC_PRIVATE.replace("MC4C", "MC4D"));
        refusedAsPrivate(RFC_PRIVATE.replace("PRIVATE", "ENCRYPTED PRIVATE"));
        refusedAsPrivate(Ed25519Keys.pem(key("X25519")));
        refusedAsPrivate(Ed25519Keys.pem(key("RSA")));
        Path file = write("public.pem", RFC_PRIVATE);
        assertTrue(assertThrows(ConfigException.class, () -> Ed25519Keys.readPublic(file))
                .getMessage()
                .contains("-----BEGIN PUBLIC KEY-----"));
    }

    @Test
    void aMissingFileIsSaidInOneLine() {
        Path missing = folder.resolve("none.pem");

        String message = assertThrows(ConfigException.class, () -> Ed25519Keys.readPublic(missing))
                .getMessage();

        assertTrue(message.contains(missing + " can't be read"), message);
    }

    private void refusedAsPrivate(String text) throws IOException {
        Path file = write("key.pem", text);
        String message = assertThrows(ConfigException.class, () -> Ed25519Keys.readPrivate(file))
                .getMessage();
        assertEquals(1, message.lines().count());
        assertTrue(message.contains(file.toString()) && message.contains("twinstream keys generate"), message);
    }

    private static PrivateKey key(String algorithm) throws GeneralSecurityException {
        return KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
