package io.twinstream.deploy.acceptance.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.twinstream.deploy.acceptance.rig.AlteredPackage;
import io.twinstream.deploy.testkit.Releases;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.ReleaseSignature;
import io.twinstream.schemas.modelpackage.ShippedModel;
import io.twinstream.schemas.record.ModelRelease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * This is a release that no verifier may take, correct but for one thing.
 *
 * @param fault the fault in a few words
 * @param reason part of the line that a verifier has to give
 * @param chunks spoils what is written of the archive
 * @param release spoils what the release says
 */
record BadRelease(
        String fault,
        ModelId id,
        String reason,
        byte[] archive,
        Consumer<List<byte[]>> chunks,
        Consumer<ModelRelease.Builder> release) {
    private static final String LINE = "letters";
    private static final long THREE_GB = 3L << 30;
    private static final Consumer<List<byte[]>> ALL_CHUNKS = chunks -> {};
    private static final Consumer<ModelRelease.Builder> AS_IT_IS = release -> {};

    /**
     * Returns all bad releases, as versions 1, 2 and so on of one name.
     *
     * @param stranger a key that nobody trusts
     */
    static List<BadRelease> all(PrivateKey stranger) throws IOException {
        List<BadRelease> all = new ArrayList<>();
        ofChunks(all);
        ofSignature(all, stranger);
        ofPackage(all);
        ofClaims(all);
        return all;
    }

    private static void ofChunks(List<BadRelease> all) throws IOException {
        spoilt(
                all,
                "a missing chunk",
                "lacks chunk 2: letters/1/3 lies at offset",
                chunks -> chunks.set(2, null),
                AS_IT_IS);
        spoilt(
                all,
                "a flipped bit in a chunk",
                "is damaged: its SHA-256 is not that of its release",
                chunks -> chunks.get(3)[1_000] ^= 1,
                AS_IT_IS);
    }

    private static void ofSignature(List<BadRelease> all, PrivateKey stranger) throws IOException {
        spoilt(
                all,
                "signed by another key",
                "is signed by none of the 1 trusted keys",
                ALL_CHUNKS,
                release -> release.setSignature(ByteBuffer.wrap(ReleaseSignature.sign(
                        new ModelId(release.getName(), release.getVersion()), release.getPackageSha256(), stranger))));
        spoilt(all, "without a signature", "is not signed", ALL_CHUNKS, release -> release.setSignature(null));
        spoilt(
                all,
                "the signature of other bytes",
                "is signed by none of the 1 trusted keys",
                ALL_CHUNKS,
                release -> release.setPackageSha256("0".repeat(64)));
    }

    private static void ofPackage(List<BadRelease> all) throws IOException {
        packed(
                all,
                "an ONNX file with another input shape",
                "image should have the shape [-1, 1, 48, 48], and has [-1, 1, 56, 56]",
                AlteredPackage.withEmbedder(
                        working(all), ShippedModel.read("wide").file(ModelPackage.EMBEDDER)));
        byte[] noise = new byte[500_000];
        new Random(1).nextBytes(noise);
        packed(
                all,
                "garbage for an ONNX file",
                "ONNX Runtime refuses the model",
                AlteredPackage.withEmbedder(working(all), noise));
        packed(
                all,
                "wrong golden vectors",
                "fails its self-test: a golden embedding differs by",
                AlteredPackage.withManifest(working(all), manifest -> {
                    ArrayNode golden = (ArrayNode) manifest.at("/golden/0/embedding");
                    golden.set(0, golden.get(0).asDouble() + 0.01);
                }));
        packed(
                all,
                "a manifest from a newer format",
                "reads manifest formats 1 and 2, the package has 3",
                AlteredPackage.withManifest(
                        working(all), manifest -> manifest.put("format", 3).put("novelty", "of the future")));
    }

    private static void ofClaims(List<BadRelease> all) throws IOException {
        spoilt(
                all,
                "a claim of 3 GB",
                "claims %d bytes".formatted(THREE_GB),
                ALL_CHUNKS,
                release -> release.setPackageBytes(THREE_GB)
                        .setChunkCount((int) ((THREE_GB - 1) / release.getChunkBytes() + 1))
                        .setLastOffset(release.getFirstOffset() + THREE_GB));
        spoilt(
                all,
                "offsets beyond the topic's end",
                "and the topic ends at",
                ALL_CHUNKS,
                release -> release.setFirstOffset(1_000_000).setLastOffset(2_000_000));
        spoilt(
                all,
                "offsets of other versions' chunks",
                "lacks chunk 0 of",
                ALL_CHUNKS,
                release -> release.setFirstOffset(0).setLastOffset(release.getChunkCount()));
    }

    private static void spoilt(
            List<BadRelease> all,
            String fault,
            String reason,
            Consumer<List<byte[]>> chunks,
            Consumer<ModelRelease.Builder> release)
            throws IOException {
        all.add(new BadRelease(fault, next(all), reason, working(all), chunks, release));
    }

    private static void packed(List<BadRelease> all, String fault, String reason, byte[] archive) {
        all.add(new BadRelease(fault, next(all), reason, archive, ALL_CHUNKS, AS_IT_IS));
    }

    private static byte[] working(List<BadRelease> all) throws IOException {
        return Releases.renamed("compact", next(all));
    }

    private static ModelId next(List<BadRelease> all) {
        return new ModelId(LINE, Integer.toString(all.size() + 1));
    }
}
