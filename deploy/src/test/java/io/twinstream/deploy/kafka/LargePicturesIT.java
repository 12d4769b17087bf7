package io.twinstream.deploy.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.twinstream.deploy.broker.BrokerOptions;
import io.twinstream.deploy.broker.EmbeddedBroker;
import io.twinstream.deploy.drawing.DrawnCharacters;
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
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

class LargePicturesIT {
    private static final int RAISED_BYTES = 24 << 20;
    private static final int SIDE = 1_800;

    private final DrawnCharacters drawings = new DrawnCharacters(7);

    @Test
    void aPictureIsJudgedTheSameWhetherItsTopicTakesItAsItIsOrIngestMakesItSmaller() throws Exception {
        byte[] large = noisy(drawings.png(0, 0));
        byte[] other = noisy(drawings.png(1, 0));
        assertTrue(large.length > 5_000_000, large.length + " bytes");
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.temporary());
                Services small = Services.start(broker.bootstrapServers(), "small");
                Services raised = Services.start(broker.bootstrapServers(), "raised")) {
            raise(broker, raised.topics());

            small.enrol("alice", large);
            raised.enrol("alice", large);

            assertTrue(reference(small).length < Topics.MAX_RECORD_BYTES);
            assertArrayEquals(large, reference(raised));
            same(small.claim("alice", drawings.png(0, 1)), raised.claim("alice", drawings.png(0, 1)), Outcome.MATCH);
            same(small.claim("alice", other), raised.claim("alice", other), Outcome.NON_MATCH);
            same(small.pair(large, large), raised.pair(large, large), Outcome.MATCH);
        }
    }

    private static void same(Verdict shrunk, Verdict whole, Outcome outcome) {
        assertEquals(outcome, whole.getOutcome());
        assertEquals(outcome, shrunk.getOutcome());
        assertEquals(whole.getScore(), shrunk.getScore(), 0.02f);
    }

    private static byte[] reference(Services services) {
        byte[] record = services.latest(services.topics().references())
                .values()
                .iterator()
                .next()
                .orElseThrow();
        return RecordSerde.content(
                RecordSerde.of(Reference.class).decode(record).getImage());
    }

    private static void raise(EmbeddedBroker broker, Topics topics) throws Exception {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()))) {
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

    /** Enlarged, under a noise that makes the file long. */
    private static byte[] noisy(byte[] png) throws IOException {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(ImageIO.read(new ByteArrayInputStream(png)), 0, 0, SIDE, SIDE, Color.WHITE, null);
        graphics.dispose();
        Random random = new Random(1);
        for (int i = 0; i < SIDE * SIDE; i++) {
            int x = i % SIDE;
            int y = i / SIDE;
            image.setRGB(x, y, image.getRGB(x, y) ^ random.nextInt(1 << 24) & 0x1f1f1f);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(image, "png", file);
        return file.toByteArray();
    }
}
