package io.twinstream.deploy.acceptance.images;

import io.twinstream.schemas.record.Claim;
import io.twinstream.schemas.record.Identify;
import io.twinstream.schemas.record.Probe;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Region;
import io.twinstream.schemas.serde.RecordSerde;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes values of the probe topic that are no probe, or none that can be judged, by name. */
final class HostileRecords {
    private static final int CUTS = 30;

    private HostileRecords() {}

    static Map<String, byte[]> of(byte[] goodPng) {
        RecordSerde<Probe> serde = RecordSerde.of(Probe.class);
        ByteBuffer image = ByteBuffer.wrap(goodPng);
        byte[] good = serde.encode(new Probe("p", "s", Instant.EPOCH, image, new Identify(1), null));
        Map<String, byte[]> records = new LinkedHashMap<>();
        Random random = new Random(2);
        for (int i = 0; i < CUTS; i++) {
            records.put("avro cut " + i, Arrays.copyOf(good, i * good.length / CUTS));
            byte[] noise = new byte[random.nextInt(3_000)];
            random.nextBytes(noise);
            records.put("avro noise " + i, noise);
            byte[] behindHeader = Arrays.copyOf(good, 10 + noise.length);
            System.arraycopy(noise, 0, behindHeader, 10, noise.length);
            records.put("avro noise behind a header " + i, behindHeader);
        }
        byte[] unknown = good.clone();
        unknown[5] ^= 1;
        records.put("unknown schema", unknown);
        records.put(
                "a reference",
                RecordSerde.of(Reference.class).encode(new Reference("s", "r", Instant.EPOCH, image, null)));
        records.put("0 candidates", serde.encode(new Probe("p", "s", Instant.EPOCH, image, new Identify(0), null)));
        records.put(
                "a million candidates",
                serde.encode(new Probe("p", "s", Instant.EPOCH, image, new Identify(1_000_000), null)));
        records.put(
                "a claim to be nobody", serde.encode(new Probe("p", "s", Instant.EPOCH, image, new Claim(""), null)));
        Map.of(
                        "a region beside its picture", new Region(1e6f, 0f, 10f, 10f, 1f, List.of()),
                        "a region in shares", new Region(0.1f, 0.1f, 0.5f, 0.5f, 1f, List.of()),
                        "a region that is no number", new Region(Float.NaN, 0f, 10f, 10f, 1f, List.of()),
                        "a region without size", new Region(0f, 0f, 10f, 0f, 1f, List.of()))
                .forEach((name, region) -> records.put(
                        name, serde.encode(new Probe("p", "s", Instant.EPOCH, image, new Identify(1), region))));
        // After the ten bytes of the header, the id's length as a zigzag number: nearly 2 GiB, and a negative one.
        records.put("an id of 2 GB", claim(good, 0xfe, 0xff, 0xff, 0xff, 0x0e));
        records.put("an id of -1 bytes", claim(good, 0x01));
        return records;
    }

    private static byte[] claim(byte[] good, int... length) {
        byte[] claim = Arrays.copyOf(good, 60);
        for (int i = 0; i < length.length; i++) {
            claim[10 + i] = (byte) length[i];
        }
        return claim;
    }
}
