package io.twinstream.deploy.testkit;

import io.twinstream.schemas.modelpackage.GoldenVector;
import io.twinstream.schemas.modelpackage.Int8Facts;
import io.twinstream.schemas.modelpackage.Manifest;
import io.twinstream.schemas.modelpackage.ModelId;
import io.twinstream.schemas.modelpackage.ModelPackage;
import io.twinstream.schemas.modelpackage.PackageArchive;
import io.twinstream.schemas.modelpackage.ShippedModel;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Makes model packages under any name. */
public final class Packages {
    private Packages() {}

    /** Returns the shipped model by another name, which works. */
    public static byte[] working(String name, String version) throws IOException {
        return working("", name, version);
    }

    /** Returns a shipped model by another name: other bytes, the same network. */
    public static byte[] working(String model, String name, String version) throws IOException {
        ModelPackage shipped = ShippedModel.read(model);
        byte[] fp32 = PackageArchive.write(
                renamed(shipped.manifest(), name, version),
                shipped.file(ModelPackage.EMBEDDER),
                shipped.file(ModelPackage.MATCHER));
        Int8Facts int8 = shipped.manifest().int8();
        return int8 == null
                ? fp32
                : PackageArchive.withInt8(
                        PackageArchive.read(fp32, "renamed"), int8, shipped.file(ModelPackage.EMBEDDER_INT8));
    }

    /** Returns the shipped model by another name, with another embedder and other golden vectors. */
    public static byte[] altered(ModelId id, byte[] embedder, List<GoldenVector> golden) throws IOException {
        ModelPackage shipped = ShippedModel.read("");
        return PackageArchive.write(
                renamed(shipped.manifest(), id.name(), id.version(), golden),
                embedder,
                shipped.file(ModelPackage.MATCHER));
    }

    /** Returns a package that is whole, but whose embedder is noise that doesn't compress. */
    public static byte[] large(String name, String version, int bytes, long seed) throws IOException {
        ModelPackage shipped = ShippedModel.read("");
        byte[] noise = new byte[bytes];
        new Random(seed).nextBytes(noise);
        return PackageArchive.write(
                renamed(shipped.manifest(), name, version), noise, shipped.file(ModelPackage.MATCHER));
    }

    private static Manifest renamed(Manifest manifest, String name, String version) {
        return renamed(manifest, name, version, manifest.golden());
    }

    private static Manifest renamed(Manifest manifest, String name, String version, List<GoldenVector> golden) {
        return new Manifest(
                manifest.format(),
                name,
                version,
                null,
                manifest.architecture(),
                manifest.input(),
                manifest.embeddingLength(),
                manifest.enrolmentViews(),
                List.of(),
                manifest.fmrTable(),
                manifest.histograms(),
                manifest.evaluation(),
                golden,
                manifest.training(),
                null,
                null,
                null,
                null);
    }
}
