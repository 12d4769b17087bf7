package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.drawing.DrawnCharacters;
import io.twinstream.deploy.testkit.SharedBroker;
import io.twinstream.schemas.record.Outcome;
import io.twinstream.schemas.record.Reference;
import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.serde.RecordSerde;
import io.twinstream.schemas.topic.Topics;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LargePicturesIT {
    @RegisterExtension
    static final SharedBroker broker = new SharedBroker();

    private static final int RAISED_BYTES = 24 << 20;
    private static final int SIDE = 1_800;

    private final DrawnCharacters drawings = new DrawnCharacters(7);

    @Test
    void aPictureIsJudgedTheSameWhetherItsTopicTakesItAsItIsOrIngestMakesItSmaller() throws Exception {
        byte[] large = noisy(drawings.png(0, 0));
        byte[] other = noisy(drawings.png(1, 0));
        assertTrue(large.length > 5_000_000, large.length + " bytes");

        List<Verdict> shrunk = judged(large, other, false);
        List<Verdict> whole = judged(large, other, true);

        List<Outcome> right = List.of(Outcome.MATCH, Outcome.NON_MATCH, Outcome.MATCH);
        assertEquals(right, whole.stream().map(Verdict::getOutcome).toList());
        assertEquals(right, shrunk.stream().map(Verdict::getOutcome).toList());
        for (int i = 0; i < right.size(); i++) {
            assertEquals(whole.get(i).getScore(), shrunk.get(i).getScore(), 0.02f);
        }
    }

    /** @param raised whether the topics take the pictures as they are */
    private List<Verdict> judged(byte[] large, byte[] other, boolean raised) throws Exception {
        try (Services services = Services.start(
                broker.bootstrapServers(), broker.claim(raised ? "whole-pictures" : "smaller-pictures"))) {
            if (raised) {
                raise(services.topics());
            }
            services.enrol("alice", large);
            byte[] reference = reference(services);
            if (raised) {
                assertArrayEquals(large, reference);
            } else {
                assertTrue(reference.length < Topics.MAX_RECORD_BYTES, reference.length + " bytes");
            }
            return List.of(
                    services.claim("alice", drawings.png(0, 1)),
                    services.claim("alice", other),
                    services.pair(large, large));
        }
    }

    private static byte[] reference(Services services) {
        byte[] record = services.latest(services.topics().references()).values().stream()
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow();
        return RecordSerde.content(
                RecordSerde.of(Reference.class).decode(record).getImage());
    }

    private static void raise(Topics topics) throws Exception {
        try (Admin admin = broker.admin()) {
            AlterConfigOp raise = new AlterConfigOp(
                    new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(RAISED_BYTES)),
                    AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Stream.of(topics.probes(), topics.references())
                            .collect(Collectors.toMap(
                                    topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic),
                                    topic -> List.of(raise))))
                    .all()
                    .get();
        }
    }

    /** Returns the picture enlarged, unpacked, under the noise of a scanner. */
    private static byte[] noisy(byte[] png) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(ImageIO.read(new ByteArrayInputStream(png)), 0, 0, SIDE, SIDE, Color.WHITE, null);
        graphics.dispose();
        Random random = new Random(1);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            image.setRGB(x, y, image.getRGB(x, y) ^ random.nextInt(1 << 24) & 0x070707);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "bmp", file);
        return file.toByteArray();
    }
}
