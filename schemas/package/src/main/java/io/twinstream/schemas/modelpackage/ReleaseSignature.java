package io.twinstream.schemas.modelpackage;

import io.twinstream.schemas.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;

/**
 * Signs releases and verifies signatures: Ed25519 (RFC 8032) over four lines of UTF-8, each ended by a line feed. They are
 * {@code twinstream-release-1}, the model's name, its version, and the SHA-256 of the package's zip file. None of them can
 * hold a line feed, so no two releases have the same bytes. The first line keeps them apart from everything else that the key
 * signs.
 */
public final class ReleaseSignature {
    private static final String DOMAIN = "twinstream-release-1";

    private ReleaseSignature() {}

    /** Returns the very bytes that are signed. */
    public static byte[] signedBytes(ModelId model, String packageSha256) {
        if (!Sha256.isOne(packageSha256)) {
            throw new IllegalArgumentException("a SHA-256 is 64 lower-case hexadecimal digits");
        }
        return "%s\n%s\n%s\n%s\n"
                .formatted(DOMAIN, model.name(), model.version(), packageSha256)
                .getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Signs a release.
     *
     * @param key an Ed25519 key
     * @return 64 bytes
     */
    public static byte[] sign(ModelId model, String packageSha256, PrivateKey key) {
        byte[] signed = signedBytes(model, packageSha256);
        try {
            Signature signature = Signature.getInstance(Ed25519Keys.ALGORITHM);
            signature.initSign(key);
            signature.update(signed);
            return signature.sign();
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("releases are signed with Ed25519 keys", e);
        } catch (GeneralSecurityException e) {
            throw Ed25519Keys.absent(e);
        }
    }

    /** Returns whether the key's owner signed this release; false, too, for bytes that are no signature at all. */
    public static boolean verify(ModelId model, String packageSha256, byte[] signature, PublicKey key) {
        byte[] signed = signedBytes(model, packageSha256);
        try {
            Signature check = Signature.getInstance(Ed25519Keys.ALGORITHM);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (InvalidKeyException e) {
            throw new IllegalArgumentException("releases are signed with Ed25519 keys", e);
        } catch (GeneralSecurityException e) {
            throw Ed25519Keys.absent(e);
        }
    }
}
