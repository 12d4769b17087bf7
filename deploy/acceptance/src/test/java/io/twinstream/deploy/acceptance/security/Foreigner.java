package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.acl.AccessSettings;
import io.twinstream.deploy.acl.AccessTable;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.testkit.SecureCluster;
import io.twinstream.deploy.testkit.Wired;
import io.twinstream.schemas.kafka.TopicCreation;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.topic.TopicDeclaration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Tries what a user to whom nothing is allowed gets of everybody's topics, groups and transactional ids. */
final class Foreigner {
    private static final String PREFIX = "twinstream";

    private final Settings settings;
    private final SecureCluster cluster;
    private int tries;
    private int refusals;

    Foreigner(SecureCluster cluster, String user) throws Exception {
        this.cluster = cluster;
        settings = cluster.settings(user, PREFIX);
        List<TopicDeclaration> all = Wired.topics(settings).all();
        try (Admin admin =
                Admin.create(cluster.settings(SecureCluster.ADMIN, PREFIX).kafka())) {
            new TopicCreation(admin).create(all);
        }
        try (Admin own = Admin.create(settings.kafka())) {
            for (TopicDeclaration each : all) {
                tryTopic(own, each.name());
            }
            for (ClusterUser service : ClusterUser.values()) {
                AccessTable.of(service, AccessSettings.of(settings)).forEach(grant -> {
                    String name = grant.resource().name();
                    switch (grant.resource().resourceType()) {
                        case GROUP -> refused("group " + name, () -> join(name));
                        case TRANSACTIONAL_ID -> refused("transactional id " + name, () -> transact(name + "1"));
                        default -> {}
                    }
                });
            }
            refused("create", () -> new TopicCreation(own).create(List.of(new TopicDeclaration("any", 1, Map.of()))));
        }
        refusedPassword(user);
    }

    int tries() {
        return tries;
    }

    int refusals() {
        return refusals;
    }

    private void tryTopic(Admin own, String topic) {
        refused(
                "describe " + topic,
                () -> own.describeTopics(List.of(topic)).allTopicNames().get());
        refused(
                "configs of " + topic,
                () -> own.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, topic)))
                        .all()
                        .get());
        refused("delete " + topic, () -> own.deleteTopics(List.of(topic)).all().get());
        refused("read " + topic, () -> {
            try (var consumer = consumer(Map.of())) {
                consumer.assign(List.of(new TopicPartition(topic, 0)));
                return consumer.beginningOffsets(List.of(new TopicPartition(topic, 0)));
            }
        });
        refused("write " + topic, () -> {
            try (var producer = producer(Map.of())) {
                return producer.send(new ProducerRecord<>(topic, new byte[1])).get();
            }
        });
    }

    private Object join(String group) {
        try (var consumer = consumer(Map.of("group.id", group))) {
            return consumer.committed(java.util.Set.of(new TopicPartition("any", 0)), Duration.ofSeconds(10));
        }
    }

    private Object transact(String id) {
        try (var producer = producer(Map.of("transactional.id", id))) {
            producer.initTransactions();
            return producer;
        }
    }

    private void refusedPassword(String user) {
        Settings wrong = cluster.settings(
                user, PREFIX, "kafka.sasl.jaas.config", SecureCluster.login(user, "battery staple") + ";");
        refused("a wrong password", () -> {
            try (Admin admin = Admin.create(wrong.kafka())) {
                return admin.describeCluster().nodes().get();
            }
        });
    }

    private void refused(String what, Callable<Object> attempt) {
        tries++;
        String outcome = "done";
        try {
            attempt.call();
        } catch (Exception e) {
            Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
            if (cause instanceof AuthorizationException
                    || cause instanceof AuthenticationException
                    || cause.getCause() instanceof AuthorizationException) {
                refusals++;
                return;
            }
            outcome = cause.toString();
        }
        System.err.printf("NOT REFUSED %s: %s%n", what, outcome);
    }

    private KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> more) {
        Map<String, Object> config = settings.kafka();
        config.putAll(more);
        config.put("enable.auto.commit", false);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> config = settings.kafka();
        config.putAll(more);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
